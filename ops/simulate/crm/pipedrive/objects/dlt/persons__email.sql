select
    'work' as label,
    email as value,
    true as primary,
    'person' || contact_id as _dlt_parent_id,
    0 as _dlt_list_idx

from contacts
where email is not null
union all
select
    'home' as label,
    'home.' || email as value,
    false as primary,
    'person' || contact_id as _dlt_parent_id,
    1 as _dlt_list_idx

from contacts
where email is not null
