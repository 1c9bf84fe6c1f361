-- A line is told by its billings, without the last day and what it costs.
select
    key_of('8', line_id) as line_id,
    key_of('9', opportunity_id) as opportunity_id,
    key_of('8', product_id) as product_id,
    quantity,
    cast(net_amount as double) / nullif(cast(quantity as double), 0) as unit_price,
    list_price,
    net_amount,
    coalesce(is_recurring, 'false') as is_recurring,
    case when is_recurring = 'true' then term_months end as term_months,
    start_date

from opportunity_line_items
