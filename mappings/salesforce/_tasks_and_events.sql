-- Tasks (calls, e-mails, to-dos) and events (meetings). A meeting with several people has a child
-- for each of them, which is the same meeting again.
select
    id,
    lower(coalesce(task_subtype, type, 'task')) as kind,
    who_id,
    what_id,
    account_id,
    owner_id,
    created_by_id,
    subject,
    lower(call_type) as call_type,
    lower(call_disposition) as call_disposition,
    call_duration_in_seconds as duration_seconds,
    cast(null as varchar) as scheduled_start,
    cast(null as varchar) as scheduled_end,
    case
        when lower(is_closed) in ('1', 'true')
            then coalesce(completed_date_time, activity_date, created_date)
    end as completed_at,
    created_date as created_at,
    system_modstamp

from task
where coalesce(lower(is_deleted), 'false') not in ('1', 'true')
union all
select
    id,
    'meeting' as kind,
    who_id,
    what_id,
    account_id,
    owner_id,
    created_by_id,
    subject,
    cast(null as varchar) as call_type,
    cast(null as varchar) as call_disposition,
    cast(null as varchar) as duration_seconds,
    coalesce(start_date_time, activity_date) as scheduled_start,
    end_date_time as scheduled_end,
    cast(null as varchar) as completed_at,
    created_date as created_at,
    system_modstamp

from event
where
    coalesce(lower(is_deleted), 'false') not in ('1', 'true')
    and coalesce(lower(is_child), 'false') not in ('1', 'true')
