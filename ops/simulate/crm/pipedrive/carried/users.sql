select
    user_of(user_id) as user_id,
    full_name,
    email,
    time_zone,
    coalesce(is_active, 'true') as is_active,
    updated_at

from users
