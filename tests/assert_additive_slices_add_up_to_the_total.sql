-- Every additive KPI adds up to its total over each dimension whose members do not overlap.
with

additive as (

    select * from {{ ref('kpi_catalog') }}

    where additivity in ('A', 'S')

),

kpi_values as (

    select * from {{ ref('kpi_values') }}

    where value_status in ('ok', 'input_missing') and period_grain not in ('day', 'week')

),

slices as (

    select
        kpi_values.kpi_id,
        kpi_values.period_grain,
        kpi_values.period_start,
        kpi_values.dimension,
        sum(kpi_values.value) as value

    from kpi_values

    inner join additive
        on kpi_values.kpi_id = additive.kpi_id

    where
        kpi_values.dimension <> 'total'
        and not coalesce(
            ', ' || additive.overlapping_dimensions || ','
            like '%, ' || kpi_values.dimension || ',%',
            false
        )

    group by 1, 2, 3, 4

)

select
    slices.kpi_id,
    slices.period_grain,
    slices.period_start,
    slices.dimension,
    slices.value,
    totals.value as total_value

from slices

inner join kpi_values as totals
    on
        slices.kpi_id = totals.kpi_id
        and slices.period_grain = totals.period_grain
        and slices.period_start = totals.period_start
        and totals.dimension = 'total'

-- A cent, or a billionth where a hundred thousand deals were each rounded once.
where abs(slices.value - totals.value) > greatest(0.01, abs(totals.value) * 1e-9)
