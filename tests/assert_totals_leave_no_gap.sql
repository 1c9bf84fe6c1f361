-- A total has a row in every period from the first day its data covers up to as_of, however quiet;
-- quotas are the exception, whose periods exist where quotas tile them. No slice stands without it.
with

catalog as (

    select * from {{ ref('kpi_catalog') }}

    where
        {{ is_listed_in("'total'", 'valid_dimensions') }}
        and (part_type is null or part_type = 'forecast_series')

),

periods as (

    select * from {{ ref('dim_periods') }}

),

settings as (

    select * from {{ ref('dim_settings') }}

),

kpi_values as (

    select * from {{ ref('kpi_values') }}

),

expected as (

    select
        catalog.kpi_id,
        periods.period_grain,
        periods.period_start

    from catalog

    cross join settings

    inner join periods
        on
            {{ is_listed_in('periods.period_grain', 'catalog.valid_grains') }}
            and catalog.covered_from < periods.period_end
            and settings.as_of_date > periods.period_start

    where catalog.grain_class <> 'quota'

    union

    select
        kpi_values.kpi_id,
        kpi_values.period_grain,
        kpi_values.period_start

    from kpi_values

    inner join catalog
        on kpi_values.kpi_id = catalog.kpi_id

)

select expected.*

from expected

left join kpi_values
    on
        expected.kpi_id = kpi_values.kpi_id
        and expected.period_grain = kpi_values.period_grain
        and expected.period_start = kpi_values.period_start
        and kpi_values.dimension = 'total'

where kpi_values.kpi_id is null
