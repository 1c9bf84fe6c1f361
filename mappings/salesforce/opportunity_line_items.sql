select
    id as line_id,
    opportunity_id,
    product2_id as product_id,
    quantity,
    unit_price,
    list_price,
    total_price as net_amount,
    left(service_date, 10) as start_date

from opportunity_line_item
where coalesce(lower(is_deleted), 'false') not in ('1', 'true')
