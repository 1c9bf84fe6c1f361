-- A balance taken on one day is one number, whether it closes a day, a week, a month or a year.
with

catalog as (

    select * from {{ ref('kpi_catalog') }}

    where method = 'balance'

),

kpi_values as (

    select * from {{ ref('kpi_values') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

)

select
    kpi_values.kpi_id,
    kpi_values.measured_at,
    kpi_values.dimension,
    kpi_values.dimension_id,
    min(kpi_values.value) as smallest_value,
    max(kpi_values.value) as largest_value,
    count(kpi_values.value) as value_count,
    count(*) as row_count

from kpi_values

inner join catalog
    on kpi_values.kpi_id = catalog.kpi_id

inner join periods
    on
        kpi_values.period_grain = periods.period_grain
        and kpi_values.period_start = periods.period_start

where kpi_values.value_status <> 'not_covered'

group by
    kpi_values.kpi_id,
    kpi_values.measured_at,
    kpi_values.dimension,
    kpi_values.dimension_id

-- A cent, or a billionth where a hundred thousand deals were each rounded once.
having
    max(kpi_values.value) - min(kpi_values.value)
    > greatest(0.01, max(abs(kpi_values.value)) * 1e-9)
    or count(kpi_values.value) not in (0, count(*))
    or min(kpi_values.measured_at) is null
    or min(case when kpi_values.measured_at = periods.measured_date then 1 else 0 end) = 0
