select
    id as user_id,
    name as full_name,
    email,
    timezone_name as time_zone,
    active_flag as is_active,
    modified as updated_at

from user
