-- Of whatever slice it is, a value of a period was measured on the same day, or slices differ.
select
    kpi_id,
    period_grain,
    period_start,
    count(distinct measured_at) as days,
    count(measured_at) as dated_rows,
    count(*) as all_rows

from {{ ref('kpi_values') }}

group by kpi_id, period_grain, period_start

having count(distinct measured_at) > 1 or count(measured_at) not in (0, count(*))
