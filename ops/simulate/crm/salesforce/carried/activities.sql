-- A task of an e-mail does not say who wrote, and no event says whether the meeting was held.
select
    key_of(
        case when activity_type = 'meeting' then '00U' else '00T' end,
        activity_id || '-' || cast(ascii(substr(activity_id, 3, 1)) as varchar)
    ) as activity_id,
    activity_type,
    case activity_type
        when 'call' then case when direction = 'inbound' then 'inbound' else 'outbound' end
        when 'meeting' then 'outbound'
    end as direction,
    key_of('005', performer_id) as performer_id,
    key_of('005', booked_by_id) as booked_by_id,
    key_of('001', account_id) as account_id,
    case when lead_id is null then key_of('003', contact_id) end as contact_id,
    key_of('00Q', lead_id) as lead_id,
    key_of('006', opportunity_id) as opportunity_id,
    subject,
    created_at,
    case when activity_type = 'meeting' then scheduled_start end as scheduled_start,
    case when activity_type = 'meeting' then scheduled_end end as scheduled_end,
    case when activity_type <> 'meeting' then coalesce(completed_at, sent_at, received_at) end
        as completed_at,
    case when activity_type = 'email' then coalesce(completed_at, sent_at, received_at) end
        as sent_at,
    case
        when activity_type = 'meeting' then null
        when coalesce(completed_at, sent_at, received_at) is not null then 'completed'
        else 'planned'
    end as status,
    case when activity_type = 'call' then outcome end as outcome,
    case when activity_type = 'call' then duration_seconds end as duration_seconds

from activities
where activity_type in ('call', 'email', 'task', 'meeting')
