-- Retention and churn of a year make one; over a year and over a month gross retention is at most
-- one and at most net retention, and customers are kept or lost.
with

retention as (

    select * from {{ ref('kpi_retention') }}

),

rates as (

    select
        period_grain,
        period_start,
        dimension,
        dimension_id,
        'year' as window_length,
        start_customers,
        retained_customers,
        lost_customers,
        paying_customers,
        start_mrr,
        end_mrr,
        retained_mrr,
        customer_retention_rate,
        customer_churn_rate,
        nrr,
        grr

    from retention

    union all

    select
        period_grain,
        period_start,
        dimension,
        dimension_id,
        'month' as window_length,
        monthly_start_customers,
        cast(null as bigint),
        monthly_lost_customers,
        monthly_paying_customers,
        monthly_start_mrr,
        monthly_end_mrr,
        monthly_retained_mrr,
        cast(null as double),
        monthly_churn_rate,
        monthly_nrr,
        monthly_grr

    from retention

)

select *

from rates

where
    abs(customer_retention_rate + customer_churn_rate - 1) > 1e-9
    or abs(customer_churn_rate * start_customers - lost_customers) > 1e-6
    or (customer_churn_rate is null) <> (start_customers = 0)
    or start_customers <> retained_customers + lost_customers
    or retained_customers < 0
    or lost_customers < 0
    or paying_customers < 0
    or paying_customers > start_customers
    or (nrr is null) <> (paying_customers = 0)
    or (grr is null) <> (nrr is null)
    or grr > 1
    or grr > nrr
    or abs(nrr * start_mrr - end_mrr) > greatest(0.01, end_mrr * 1e-9)
    or abs(grr * start_mrr - retained_mrr) > greatest(0.01, retained_mrr * 1e-9)
