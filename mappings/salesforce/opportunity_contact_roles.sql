select
    opportunity_id,
    contact_id,
    role,
    is_primary

from opportunity_contact_role
where coalesce(lower(is_deleted), 'false') not in ('1', 'true')
