-- A deal of two products or two competitors counts for each of them, so that members overlap; but
-- every record is some member's, and together they have no fewer than there are.
with

catalog as (

    select * from {{ ref('kpi_catalog') }}

    where interval_method = 'wilson' or unit in ('count', 'days')

),

kpi_values as (

    select * from {{ ref('kpi_values') }}

    where period_grain not in ('day', 'week')

),

overlapping as (

    select distinct dimension
    from kpi_values
    where dimension in ('product', 'product_family', 'competitor')

),

members as (

    select
        kpi_id,
        period_grain,
        period_start,
        dimension,
        sum(sample_size) as records

    from kpi_values

    group by kpi_id, period_grain, period_start, dimension

)

select
    totals.kpi_id,
    totals.period_grain,
    totals.period_start,
    overlapping.dimension,
    members.records,
    totals.sample_size as all_records

from kpi_values as totals

inner join catalog
    on totals.kpi_id = catalog.kpi_id

inner join overlapping
    on {{ is_listed_in('overlapping.dimension', 'catalog.overlapping_dimensions') }}

left join members
    on
        totals.kpi_id = members.kpi_id
        and totals.period_grain = members.period_grain
        and totals.period_start = members.period_start
        and overlapping.dimension = members.dimension

where totals.dimension = 'total' and coalesce(members.records, 0) < totals.sample_size
