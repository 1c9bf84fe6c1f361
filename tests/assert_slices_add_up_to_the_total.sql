-- What adds up over the members of a dimension adds up to the total: sums and balances, and both
-- parts of every ratio of such sums, at every grain. Dimensions whose members overlap are left out
-- where the catalogue names them.
with

catalog as (

    select * from {{ ref('kpi_catalog') }}

    where parts_additivity in ('A', 'S', 'D')

),

kpi_values as (

    select * from {{ ref('kpi_values') }}

),

sliced_grains as (

    select distinct
        period_grain,
        dimension

    from kpi_values

    where dimension <> 'total'

),

totals as (

    select
        kpi_values.kpi_id,
        kpi_values.period_grain,
        kpi_values.period_start,
        kpi_values.part,
        sliced_grains.dimension,
        coalesce(kpi_values.numerator, 0) as numerator,
        coalesce(kpi_values.denominator, 0) as denominator

    from kpi_values

    inner join catalog
        on kpi_values.kpi_id = catalog.kpi_id

    inner join sliced_grains
        on
            kpi_values.period_grain = sliced_grains.period_grain
            and {{ is_listed_in('sliced_grains.dimension', 'catalog.valid_dimensions') }}
            and not {{ is_listed_in('sliced_grains.dimension', 'catalog.overlapping_dimensions') }}

    where kpi_values.dimension = 'total'

),

-- A slice whose amounts are all unknown adds nothing to what is known.
slices as (

    select
        kpi_id,
        period_grain,
        period_start,
        part,
        dimension,
        sum(numerator) as numerator,
        sum(denominator) as denominator

    from kpi_values

    group by kpi_id, period_grain, period_start, part, dimension

)

select
    totals.kpi_id,
    totals.period_grain,
    totals.period_start,
    totals.dimension,
    totals.numerator,
    totals.denominator,
    slices.numerator as slices_numerator,
    slices.denominator as slices_denominator

from totals

left join slices
    on
        totals.kpi_id = slices.kpi_id
        and totals.period_grain = slices.period_grain
        and totals.period_start = slices.period_start
        and totals.part = slices.part
        and totals.dimension = slices.dimension

-- A cent, or a billionth where a hundred thousand deals were each rounded once.
where
    abs(totals.numerator - coalesce(slices.numerator, 0))
    > greatest(0.01, abs(totals.numerator) * 1e-9)
    or abs(totals.denominator - coalesce(slices.denominator, 0))
    > greatest(0.01, abs(totals.denominator) * 1e-9)
