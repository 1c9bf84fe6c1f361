-- Version 1 has empty texts for what is not told.
select
    * exclude (owner_id, creator_user_id, is_deleted, due_time, duration),
    owner_id as user_id,
    creator_user_id as created_by_user_id,
    coalesce(due_time, '') as due_time,
    coalesce(duration, '') as duration,
    not is_deleted as active_flag,
    'activity' || id as _dlt_id

from _activities
