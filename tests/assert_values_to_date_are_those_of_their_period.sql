-- What a period has so far is all that kpi_values says of it, once it is over.
select
    report.kpi_id,
    report.period_grain,
    report.value_to_date,
    kpi_values.value

from {{ ref('report_period_to_date') }} as report

inner join {{ ref('kpi_values') }} as kpi_values
    on
        report.kpi_id = kpi_values.kpi_id
        and report.period_grain = kpi_values.period_grain
        and report.period_start = kpi_values.period_start
        and kpi_values.dimension = 'total'
        and kpi_values.part = 'all'

where
    kpi_values.is_complete
    and abs(report.value_to_date - kpi_values.value) > 1e-6 * greatest(abs(kpi_values.value), 1)
