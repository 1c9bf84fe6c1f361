-- A deal is for one product, so its only line carries its value.
with

deals as (

    select * from _deals

),

price_list as (

    select * from products

),

final as (

    select
        deals.opportunity_id as line_id,
        deals.opportunity_id,
        deals.product as product_id,
        price_list.sales_price as list_price,
        deals.amount as net_amount

    from deals
    left join price_list on deals.product = price_list.product

)

select * from final
