select
    cast(user_id as bigint) as id,
    full_name as name,
    email,
    time_zone as timezone_name,
    is_active = 'true' as active_flag,
    timestamp '2023-01-01 00:00:00' as created,
    cast(updated_at as timestamp) as modified

from users
