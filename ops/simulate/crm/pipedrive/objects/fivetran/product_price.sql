-- A price is known by its product and currency, and has no key of its own.
select
    cast(product_id as bigint) as product_id,
    list_currency as currency,
    cast(list_price as double) as price,
    coalesce(cast(standard_cost as double), 0) as cost

from products
