select
    key_of('00k', line_id) as line_id,
    key_of('006', opportunity_id) as opportunity_id,
    key_of('01t', product_id) as product_id,
    quantity,
    unit_price,
    list_price,
    net_amount,
    start_date

from opportunity_line_items
