select
    key_of('005', user_id) as user_id,
    full_name,
    email,
    role,
    time_zone,
    is_active,
    country,
    updated_at

from users
