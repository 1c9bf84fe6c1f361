select
    cast(contact_id as bigint) as person_id,
    place - 1 as index,
    case place when 1 then email else 'home.' || email end as email,
    case place when 1 then 'work' else 'home' end as label,
    place = 1 as primary

from contacts
cross join unnest([1, 2]) as places (place)
where email is not null
