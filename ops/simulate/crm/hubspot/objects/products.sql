select
    product_id as id,
    sku as properties_hs_sku,
    product_name as properties_name,
    product_family_id as properties_hs_folder_name,
    cast(list_price as decimal(18, 2)) as properties_price,
    cast(standard_cost as decimal(18, 2)) as properties_hs_cost_of_goods_sold,
    case when is_recurring = 'true' then 'annually' end as properties_recurringbillingfrequency,
    cast(updated_at as timestamp) as properties_hs_lastmodifieddate,
    false as archived

from products
