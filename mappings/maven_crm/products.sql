select
    product as product_id,
    product as product_name,
    series as product_family_id,
    sales_price as list_price

from products
