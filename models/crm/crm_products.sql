with

products as (

    select * from {{ ref('stg_crm__products') }}

    where reject_reason is null

),

final as (

    select
        product_id,
        sku,
        product_family_id,
        product_name,
        list_currency,
        list_price,
        standard_cost,
        is_recurring,
        active_from,
        active_to,
        updated_at

    from products

)

select * from final
