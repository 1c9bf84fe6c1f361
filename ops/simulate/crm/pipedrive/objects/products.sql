select
    cast(product_id as bigint) as id,
    product_name as name,
    sku as code,
    cast(product_family_id as bigint) as category,
    case when is_recurring = 'true' then 'annually' else 'one-time' end as billing_frequency,
    [
        {
            'id': cast(product_id as bigint),
            'product_id': cast(product_id as bigint),
            'price': cast(list_price as double),
            'cost': coalesce(cast(standard_cost as double), 0),
            'currency': list_currency
        }
    ] as prices,
    false as is_deleted,
    cast(updated_at as timestamp) as add_time,
    cast(updated_at as timestamp) as update_time

from products
