select
    key_of('01t', product_id) as product_id,
    sku,
    product_name,
    product_family_id,
    updated_at

from products
