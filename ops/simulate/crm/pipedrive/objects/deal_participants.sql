select
    row_number() over (order by opportunity_id, contact_id) as id,
    cast(opportunity_id as bigint) as deal_id,
    cast(contact_id as bigint) as person_id,
    true as active_flag

from opportunity_contact_roles
