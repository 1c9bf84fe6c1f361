select
    id as product_id,
    product_code as sku,
    name as product_name,
    family as product_family_id,
    coalesce(last_modified_date, system_modstamp) as updated_at

from product2
