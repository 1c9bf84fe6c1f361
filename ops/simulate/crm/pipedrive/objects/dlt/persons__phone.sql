select
    'work' as label,
    phone as value,
    true as primary,
    'person' || contact_id as _dlt_parent_id,
    0 as _dlt_list_idx

from contacts
where phone is not null
