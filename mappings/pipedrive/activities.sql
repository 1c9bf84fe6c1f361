select
    activity_id,
    kind as activity_type,
    'outbound' as direction,
    owner_id as performer_id,
    created_by_user_id as booked_by_id,
    org_id as account_id,
    person_id as contact_id,
    lead_id,
    deal_id as opportunity_id,
    subject,
    add_time as created_at,
    case when kind = 'meeting' then due_at end as scheduled_start,
    case when kind = 'meeting' then due_at + to_seconds(duration_seconds) end as scheduled_end,
    case when is_done then coalesce(marked_as_done_time, cast(due_at as varchar), add_time) end
        as completed_at,
    case
        when is_done and kind = 'email'
            then coalesce(marked_as_done_time, cast(due_at as varchar), add_time)
    end as sent_at,
    case
        when is_done then 'completed'
        when kind = 'meeting' then 'scheduled'
        else 'planned'
    end as status,
    case
        when kind = 'meeting' and lower(concat_ws(' ', type, subject)) like '%demo%' then 'demo'
    end as meeting_type,
    duration_seconds

from _activities
