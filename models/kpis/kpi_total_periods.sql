-- Where the total of a KPI must have a row: every period from the first covered day to as_of.
with

periods as (

    select * from {{ ref('dim_periods') }}

    where is_started

),

catalog as (

    select * from {{ ref('kpi_catalog') }}

),

opportunities_coverage as (

    select covered_from from {{ ref('dim_input_coverage') }}

    where table_name = 'opportunities'

),

-- A quota KPI has no row where no quota tiles the period, unless there are no quotas at all.
final as (

    select
        catalog.kpi_id,
        periods.period_grain,
        periods.period_start

    from catalog

    cross join opportunities_coverage

    inner join periods
        on {{ is_listed_in('periods.period_grain', 'catalog.valid_grains') }}

    where
        {{ is_listed_in("'total'", 'catalog.valid_dimensions') }}
        -- Not everything with parts has a whole; sellers are the whole of those who call.
        and (
            catalog.part_type is null
            or catalog.part_type in ('forecast_series', 'survey_dimension')
        )
        and periods.period_end
        > coalesce(catalog.covered_from, opportunities_coverage.covered_from)
        and (catalog.grain_class <> 'quota' or catalog.availability = 'input_missing')

)

select * from final
