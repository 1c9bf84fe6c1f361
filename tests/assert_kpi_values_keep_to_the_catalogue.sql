-- No KPI has a grain, a dimension or a part that the catalogue does not name; days show the total
-- of sums and balances only, weeks sellers and teams as well and ratios (G-19); period and
-- completeness are those of the calendar.
with

catalog as (

    select * from {{ ref('kpi_catalog') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

kpi_values as (

    select * from {{ ref('kpi_values') }}

)

select
    kpi_values.kpi_id,
    kpi_values.period_grain,
    kpi_values.period_start,
    kpi_values.period_end,
    kpi_values.dimension,
    kpi_values.dimension_id,
    kpi_values.part

from kpi_values

left join catalog
    on kpi_values.kpi_id = catalog.kpi_id

left join periods
    on
        kpi_values.period_grain = periods.period_grain
        and kpi_values.period_start = periods.period_start

where
    catalog.kpi_id is null
    or periods.period_grain is null
    or not {{ is_listed_in('kpi_values.period_grain', 'catalog.valid_grains') }}
    or not {{ is_listed_in('kpi_values.dimension', 'catalog.valid_dimensions') }}
    or (
        kpi_values.period_grain = 'day'
        and (
            kpi_values.dimension <> 'total'
            or (catalog.method not in ('sum', 'balance') and catalog.grain_class <> 'as_of')
        )
    )
    or (
        kpi_values.period_grain = 'week'
        and (
            kpi_values.dimension not in ('total', 'rep', 'team')
            or catalog.method not in ('sum', 'balance', 'ratio')
        )
    )
    or (kpi_values.dimension = 'total') <> (kpi_values.dimension_id = 'all')
    or (catalog.part_type is null and kpi_values.part <> 'all')
    or kpi_values.period_end <> periods.period_end
    or kpi_values.is_complete <> periods.is_complete
    -- Only what is set against a quota looks ahead, at most four periods.
    or periods.future_index > 4
    or (not periods.is_started and catalog.grain_class not in ('quota', 'window'))
