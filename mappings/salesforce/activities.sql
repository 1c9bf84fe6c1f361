-- Who and what of an activity are of any kind; the first three characters of a key say of which.
select
    id as activity_id,
    case
        when kind in ('call', 'meeting') then kind
        when kind in ('email', 'listemail') then 'email'
        else 'task'
    end as activity_type,
    case
        when kind = 'call' and call_type = 'inbound' then 'inbound'
        when kind in ('call', 'meeting', 'listemail') then 'outbound'
    end as direction,
    owner_id as performer_id,
    created_by_id as booked_by_id,
    coalesce(account_id, case when what_id like '001%' then what_id end) as account_id,
    case when who_id like '003%' then who_id end as contact_id,
    case when who_id like '00Q%' then who_id end as lead_id,
    case when what_id like '006%' then what_id end as opportunity_id,
    subject,
    created_at,
    scheduled_start,
    scheduled_end,
    completed_at,
    case when kind in ('email', 'listemail') then completed_at end as sent_at,
    case
        when kind = 'meeting' then null
        when completed_at is not null then 'completed'
        else 'planned'
    end as status,
    case
        when call_disposition like '%voicemail%' then 'voicemail'
        when call_disposition like '%no answer%' then 'no_answer'
        when call_disposition like '%bounce%' then 'bounced'
        when call_disposition like '%connect%' then 'connected'
    end as outcome,
    duration_seconds,
    case when kind = 'listemail' then 'true' end as is_bulk

from _tasks_and_events
