select
    cast(contact_id as bigint) as person_id,
    0 as index,
    phone,
    'work' as label,
    true as primary

from contacts
where phone is not null
