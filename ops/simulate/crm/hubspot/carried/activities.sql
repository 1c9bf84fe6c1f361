-- Which of several persons is the main one is not told; an e-mail that bounced has failed.
with

told as (

    select
        *,
        activity_type = 'email' and direction = 'inbound' as is_incoming,
        coalesce(completed_at, sent_at, received_at) as occurred_at,
        case
            when activity_type in ('note', 'chat') then 'completed'
            when outcome = 'bounced' then 'failed'
            when activity_type = 'task' and status <> 'completed' then 'planned'
            else status
        end as state

    from activities
    where activity_type in ('call', 'email', 'meeting', 'note', 'task', 'chat')

),

first_contacts as (

    select
        activity_id,
        min(contact_id) as contact_id

    from _activity_contacts
    group by activity_id

)

select
    activity_of(told.activity_id) as activity_id,
    told.activity_type,
    case
        when told.activity_type in ('call', 'email') and told.direction = 'inbound' then 'inbound'
        else 'outbound'
    end as direction,
    owner_of(told.performer_id) as performer_id,
    owner_of(told.booked_by_id) as booked_by_id,
    key_of('2', told.account_id) as account_id,
    first_contacts.contact_id,
    key_of('9', told.opportunity_id) as opportunity_id,
    case when told.activity_type not in ('note', 'chat') then told.subject end as subject,
    told.created_at,
    case when told.activity_type = 'meeting' then told.scheduled_start end as scheduled_start,
    case when told.activity_type = 'meeting' then told.scheduled_end end as scheduled_end,
    case
        when told.state <> 'completed' then null
        when told.activity_type = 'meeting' then coalesce(told.scheduled_end, told.scheduled_start)
        else coalesce(told.occurred_at, told.created_at)
    end as completed_at,
    case
        when
            told.activity_type = 'email'
            and not told.is_incoming
            and (told.state = 'completed' or told.outcome = 'bounced')
            then coalesce(told.occurred_at, told.created_at)
    end as sent_at,
    case when told.is_incoming then coalesce(told.occurred_at, told.created_at) end as received_at,
    told.state as status,
    case when told.activity_type in ('call', 'email') then told.outcome end as outcome,
    case when told.activity_type = 'meeting' then told.meeting_type end as meeting_type,
    case when told.activity_type = 'email' then told.thread_id end as thread_id,
    case when told.activity_type = 'email' then told.message_id end as message_id,
    case when told.activity_type = 'call' then told.duration_seconds end as duration_seconds

from told
left join first_contacts on activity_of(told.activity_id) = first_contacts.activity_id
