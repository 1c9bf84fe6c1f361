select
    line_id,
    order_number as opportunity_id,
    product_key as product_id,
    quantity,
    unit_price,
    net_amount,
    unit_cost

from _order_lines
