-- Products that are gone are kept: lines of old deals name them.
select
    product_id,
    hs_sku as sku,
    name as product_name,
    hs_folder_name as product_family_id,
    case when recurringbillingfrequency is not null then 'true' else 'false' end as is_recurring,
    price as list_price,
    hs_cost_of_goods_sold as standard_cost,
    hs_lastmodifieddate as updated_at

from product
