-- Retention and churn make one, gross retention is at most one and at most net retention.
select
    period_grain,
    period_start,
    dimension,
    dimension_id,
    customer_retention_rate,
    customer_churn_rate,
    nrr,
    grr

from {{ ref('kpi_retention') }}

where
    abs(customer_retention_rate + customer_churn_rate - 1) > 1e-9
    or grr > 1
    or grr > nrr + 1e-9
