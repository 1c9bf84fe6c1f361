with

market_sizes as (

    select * from {{ ref('fct_market_sizes') }}

),

final as (

    select
        'own_sales_above_the_market' as finding,
        'market_sizes' as table_name,
        'total_value' as column_name,
        concat_ws('/', market_id, cast(period_start as {{ dbt.type_string() }})) as record_id,
        cast(own_amount - market_amount as decimal(18, 4)) as amount_at_stake

    from market_sizes

    where own_amount > market_amount

)

select * from final
