select
    product_id as "Id",
    sku as "ProductCode",
    product_name as "Name",
    product_family_id as "Family",
    cast(updated_at as timestamp) as "LastModifiedDate",
    cast(updated_at as timestamp) as "SystemModstamp",
    false as "IsDeleted"

from products
