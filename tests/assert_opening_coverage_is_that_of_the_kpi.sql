-- Coverage on the first day of a quarter is one number, in its report and in the KPI.
select
    report.quarter_start,
    report.dimension,
    report.dimension_id,
    report.coverage,
    kpi_values.value

from {{ ref('report_coverage_at_quarter_start') }} as report

left join {{ ref('kpi_values') }} as kpi_values
    on
        kpi_values.kpi_id = 'pipeline_coverage__day1'
        and kpi_values.period_grain = 'quarter'
        and report.quarter_start = kpi_values.period_start
        and report.dimension = kpi_values.dimension
        and report.dimension_id = kpi_values.dimension_id

where
    abs(report.coverage - kpi_values.value) > 1e-9
    or (report.coverage is null) <> (kpi_values.value is null)
