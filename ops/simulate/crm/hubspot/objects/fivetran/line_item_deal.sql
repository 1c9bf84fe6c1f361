select
    line_id as line_item_id,
    opportunity_id as deal_id,
    20 as type_id

from opportunity_line_items
