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

valid_periods as (

    {% for kpi in kpi_registry() | selectattr('totals') %}
    select '{{ kpi.id }}' as kpi_id, period_grain, period_start, period_end
    from periods
    where period_grain in ('{{ kpi.grains | join("', '") }}') -- noqa: LT05
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

-- A quota KPI has no row where no quota tiles the period, unless there are no quotas at all.
final as (

    select
        valid_periods.kpi_id,
        valid_periods.period_grain,
        valid_periods.period_start

    from valid_periods

    cross join opportunities_coverage

    inner join catalog
        on valid_periods.kpi_id = catalog.kpi_id

    where
        valid_periods.period_end
        > coalesce(catalog.covered_from, opportunities_coverage.covered_from)
        and (catalog.grain_class <> 'quota' or catalog.availability = 'input_missing')

)

select * from final
