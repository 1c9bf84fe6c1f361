-- The price of a line is that of one billing, its sum is for all of them.
with

lines as (

    select
        *,
        cast(term_months as integer) as term,
        coalesce(billings_of(cast(term_months as integer)), 1) as billings

    from opportunity_line_items

)

select
    cast(lines.line_id as bigint) as id,
    cast(lines.opportunity_id as bigint) as deal_id,
    cast(lines.product_id as bigint) as product_id,
    products.product_name as name,
    cast(lines.list_price as double) / lines.billings as item_price,
    cast(lines.quantity as double) as quantity,
    cast(lines.net_amount as double) as sum,
    case when lines.is_recurring = 'true' then frequency_of(lines.term) else 'one-time' end
        as billing_frequency,
    billings_of(lines.term) as billing_frequency_cycles,
    cast(lines.start_date as date) as billing_start_date,
    true as is_enabled,
    timestamp '2026-01-01 00:00:00' as add_time,
    timestamp '2026-01-01 00:00:00' as update_time

from lines
left join products on lines.product_id = products.product_id
