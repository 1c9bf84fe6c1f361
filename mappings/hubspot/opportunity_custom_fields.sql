select
    deal_id as opportunity_id,
    field,
    value

from deal_custom_field
