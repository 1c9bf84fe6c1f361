select
    line_id as id,
    cast(product_id as double) as properties_hs_product_id,
    cast(quantity as double) as properties_quantity,
    cast(list_price as decimal(18, 2)) as properties_price,
    cast(net_amount as decimal(18, 2)) as properties_amount,
    cast(unit_cost as decimal(18, 2)) as properties_hs_cost_of_goods_sold,
    cast(term_months as double) as properties_hs_term_in_months,
    'P' || term_months || 'M' as properties_hs_recurring_billing_period,
    case when is_recurring = 'true' then 'annually' end as properties_recurringbillingfrequency,
    cast(start_date as date) as properties_hs_recurring_billing_start_date,
    cast(end_date as date) as properties_hs_recurring_billing_end_date,
    timestamp '2026-01-01 00:00:00' as properties_hs_lastmodifieddate,
    false as archived

from opportunity_line_items
