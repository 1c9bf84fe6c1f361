-- The family of a product is one of a field's options, which are known by number.
select
    key_of('8', product_id) as product_id,
    sku,
    product_name,
    case when product_family_id is not null then number_of(product_family_id) end
        as product_family_id,
    coalesce(is_recurring, 'false') as is_recurring,
    list_price,
    list_currency,
    standard_cost,
    updated_at

from products
