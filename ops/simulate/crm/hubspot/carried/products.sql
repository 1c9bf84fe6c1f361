select
    key_of('8', product_id) as product_id,
    sku,
    product_name,
    product_family_id,
    coalesce(is_recurring, 'false') as is_recurring,
    list_price,
    standard_cost,
    updated_at

from products
