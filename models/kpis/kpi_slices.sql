with

catalog as (

    select * from {{ ref('kpi_catalog') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

grains as (

    select distinct period_grain from periods

),

dimensions as (

    select dimension

    from (
        values
        ('total'), ('rep'), ('team'), ('region'), ('product'), ('product_family'), ('segment'),
        ('lead_source'), ('pipeline'), ('opportunity_type'), ('campaign'), ('competitor'),
        ('role'), ('cohort')
    ) as dimensions (dimension)

),

final as (

    select
        catalog.model,
        grains.period_grain,
        dimensions.dimension,
        catalog.kpi_id

    from catalog

    inner join grains
        on {{ is_listed_in('grains.period_grain', 'catalog.valid_grains') }}

    inner join dimensions
        on {{ is_listed_in('dimensions.dimension', 'catalog.valid_dimensions') }}

    where {{ is_kept_at_grain('grains.period_grain', 'dimensions.dimension') }}

)

select * from final
