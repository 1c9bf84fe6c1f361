-- A product has a price in each currency; the first stands for it, or that of the first currency
-- where prices have no keys. Deleted ones are kept.
with

prices as (

    select
        product_id,
        try_cast(id as bigint) as place,
        price,
        cost,
        currency

    from product_price
    union all
    select
        product_id,
        try_cast(json_extract_string(nested, '$.id') as bigint) as place,
        json_extract_string(nested, '$.price') as price,
        json_extract_string(nested, '$.cost') as cost,
        json_extract_string(nested, '$.currency') as currency

    from (
        select
            id as product_id,
            unnest(from_json(prices, '["json"]')) as nested

        from product
    ) as listed

),

first_prices as (

    select
        product_id,
        arg_min(
            { 'price': price, 'cost': cost, 'currency': currency }, (coalesce(place, 0), currency)
        ) as told

    from prices
    group by product_id

)

select
    product.id as product_id,
    product.code as sku,
    product.name as product_name,
    product.category as product_family_id,
    case when lower(product.billing_frequency) <> 'one-time' then 'true' else 'false' end
        as is_recurring,
    first_prices.told.price as list_price,
    first_prices.told.currency as list_currency,
    nullif(try_cast(first_prices.told.cost as double), 0) as standard_cost,
    product.update_time as updated_at

from product
left join first_prices on product.id = first_prices.product_id
