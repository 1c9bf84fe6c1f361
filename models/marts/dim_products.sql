with

products as (

    select * from {{ ref('crm_products') }}

),

final as (

    select
        product_id,
        sku,
        coalesce(product_name, product_id) as product_name,
        coalesce(product_family_id, '-1') as product_family_id,
        list_price,
        list_currency,
        standard_cost,
        is_recurring

    from products

)

select * from final
