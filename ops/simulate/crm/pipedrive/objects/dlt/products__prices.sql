select
    cast(product_id as bigint) as id,
    cast(product_id as bigint) as product_id,
    cast(list_price as double) as price,
    coalesce(cast(standard_cost as double), 0) as cost,
    list_currency as currency

from products
