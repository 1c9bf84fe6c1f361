with

customers as (

    select * from {{ ref('grown_customers') }}

    where product_family_id = 'all'

),

families as (

    select * from {{ ref('grown_customers') }}

    where product_family_id <> 'all'

),

by_slice as (

    {{ sliced(
        rows='customers',
        team_date='period_start',
        attributes=['rep', 'region', 'segment'],
        counts=['start_customers', 'upsold_customers', 'cross_sold_customers'],
    ) }}

    union all

    select
        period_grain,
        period_start,
        'product_family' as dimension,
        product_family_id as dimension_id,
        cast(sum(start_customers) as bigint) as start_customers,
        cast(sum(upsold_customers) as bigint) as upsold_customers,
        cast(sum(cross_sold_customers) as bigint) as cross_sold_customers

    from families

    group by period_grain, period_start, product_family_id

),

final as (

    select
        *,
        upsold_customers / cast(nullif(start_customers, 0) as double) as upsell_rate,
        cross_sold_customers / cast(nullif(start_customers, 0) as double) as cross_sell_rate

    from by_slice

)

select * from final
