with

registered as (

    select * from {{ ref('kpi_registered') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

grains as (

    select distinct period_grain from periods

),

custom_fields as (

    select * from {{ ref('dim_custom_fields') }}

),

dimensions as (

    select dimension from custom_fields

    union all

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
        registered.model,
        grains.period_grain,
        dimensions.dimension,
        registered.kpi_id

    from registered

    inner join grains
        on {{ is_listed_in('grains.period_grain', 'registered.valid_grains') }}

    inner join dimensions
        on {{ is_listed_in('dimensions.dimension', 'registered.valid_dimensions') }}

    where {{ is_kept_at_grain('grains.period_grain', 'dimensions.dimension') }}

)

select * from final
