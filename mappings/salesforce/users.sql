-- Robots of the platform are users, too, but nobody who sells.
select
    id as user_id,
    name as full_name,
    email,
    title as role,
    time_zone_sid_key as time_zone,
    is_active,
    country,
    coalesce(last_modified_date, system_modstamp) as updated_at

from user
where coalesce(user_type, 'Standard') <> 'AutomatedProcess'
