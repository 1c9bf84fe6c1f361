select
    row_number() over (order by opportunity_id, contact_id) as id,
    cast(opportunity_id as bigint) as related_item_id,
    'deal' as related_item_type,
    cast(contact_id as bigint) as person_id__value,
    true as active_flag

from opportunity_contact_roles
