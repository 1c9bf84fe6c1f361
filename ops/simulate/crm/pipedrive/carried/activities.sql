-- An activity is what a seller plans and marks as done, so what came in is none, and neither are
-- notes; there is a time of day in minutes, and no state but done.
with

told as (

    select
        activities.*,
        case when leads.status <> 'converted' then leads.lead_id end as open_lead_id,
        date_trunc('minute', cast(activities.scheduled_start as timestamp)) as starts_at,
        cast(case
            when activities.activity_type = 'meeting'
                then
                    epoch(cast(activities.scheduled_end as timestamp))
                    - epoch(cast(activities.scheduled_start as timestamp))
            else cast(activities.duration_seconds as bigint)
        end as bigint) // 60 * 60 as seconds,
        activities.status = 'completed' as is_done

    from activities
    left join leads on activities.lead_id = leads.lead_id
    where
        activities.activity_type in ('call', 'email', 'meeting', 'task')
        and coalesce(activities.direction, 'outbound') <> 'inbound'

),

main_persons as (

    select
        activity_id,
        min(person_id) as person_id

    from _activity_persons
    group by activity_id

)

select
    activity_of(told.activity_id) as activity_id,
    told.activity_type,
    'outbound' as direction,
    user_of(told.performer_id) as performer_id,
    user_of(coalesce(told.booked_by_id, told.performer_id)) as booked_by_id,
    key_of('2', told.account_id) as account_id,
    coalesce(key_of('5', told.contact_id), main_persons.person_id) as contact_id,
    lead_of(told.open_lead_id) as lead_id,
    key_of('9', told.opportunity_id) as opportunity_id,
    told.subject,
    told.created_at,
    case when told.activity_type = 'meeting' then told.starts_at end as scheduled_start,
    case when told.activity_type = 'meeting' then told.starts_at + to_seconds(told.seconds) end
        as scheduled_end,
    case when told.is_done then coalesce(told.completed_at, told.sent_at, told.created_at) end
        as completed_at,
    case
        when told.is_done and told.activity_type = 'email'
            then coalesce(told.completed_at, told.sent_at, told.created_at)
    end as sent_at,
    case
        when told.is_done then 'completed'
        when told.activity_type = 'meeting' then 'scheduled'
        else 'planned'
    end as status,
    case
        when told.activity_type = 'meeting' and told.meeting_type = 'demo' then 'demo'
    end as meeting_type,
    told.seconds as duration_seconds

from told
left join main_persons on activity_of(told.activity_id) = main_persons.activity_id
