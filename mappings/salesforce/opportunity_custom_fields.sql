select
    id as opportunity_id,
    field,
    value

from opportunity_custom_field
