-- What a person did at HubSpot's timestamp is done; a task and a meeting say themselves when. An
-- e-mail that bounced was sent.
with

links as (

    select
        engagement_id,
        arg_min(linked_id, place) filter (where kind = 'contact') as contact_id,
        arg_min(linked_id, place) filter (where kind = 'company') as company_id,
        arg_min(linked_id, place) filter (where kind = 'deal') as deal_id

    from _engagement_links
    group by engagement_id

),

told as (

    select
        *,
        kind = 'email' and direction like 'incoming%' as is_incoming,
        case
            when kind = 'meeting' then coalesce(starts_at, occurred_at)
        end as scheduled_start,
        case
            when status in ('canceled', 'cancelled') then 'cancelled'
            when status in ('no_show', 'noshow') then 'no_show'
            when status = 'rescheduled' then 'superseded'
            when status in ('failed', 'bounced') then 'failed'
            when kind = 'call' and status in ('busy', 'no_answer') then 'completed'
            when kind = 'call' and status in ('queued', 'ringing') then 'planned'
            when kind = 'email' and status in ('scheduled', 'sending') then 'planned'
            when status = 'completed' then 'completed'
            when kind = 'meeting' then 'scheduled'
            when kind = 'task' then 'planned'
            else 'completed'
        end as state

    from _engagements

)

select
    told.engagement_id as activity_id,
    told.kind as activity_type,
    case
        when told.is_incoming or told.direction = 'inbound' then 'inbound'
        else 'outbound'
    end as direction,
    told.owner_id as performer_id,
    _owner_users.owner_id as booked_by_id,
    links.company_id as account_id,
    links.contact_id,
    links.deal_id as opportunity_id,
    told.subject,
    told.created_at,
    told.scheduled_start,
    told.ends_at as scheduled_end,
    case
        when told.state <> 'completed' then null
        when told.kind = 'meeting' then coalesce(told.ends_at, told.scheduled_start)
        else coalesce(told.completed_at, told.occurred_at, told.created_at)
    end as completed_at,
    case
        when
            told.kind = 'email'
            and not told.is_incoming
            and (told.state = 'completed' or told.status = 'bounced')
            then coalesce(told.occurred_at, told.created_at)
    end as sent_at,
    case when told.is_incoming then coalesce(told.occurred_at, told.created_at) end as received_at,
    told.state as status,
    -- HubSpot's own outcomes of a call have the same keys everywhere.
    case
        when told.kind = 'email' and told.status = 'bounced' then 'bounced'
        when told.disposition in ('f240bbac-87c9-4f6e-bf70-924b57d47db7', 'connected')
            then 'connected'
        when told.disposition in (
            'b2cf5968-551e-4856-9783-52b3da59a7d0', 'a4c4c377-d246-4b32-a13b-75a56a4cd0ff'
        ) or told.disposition like '%left%' then 'voicemail'
        when told.disposition in (
            '73a0d17f-1163-4015-bdd5-ec830791da20', '9d9162e7-6cf3-4944-bf63-4dff82258764',
            '17b47fee-58de-441e-a44c-c6300d46f273', 'no answer', 'busy', 'wrong number'
        ) or (told.kind = 'call' and told.status in ('busy', 'no_answer')) then 'no_answer'
    end as outcome,
    case
        when told.activity_type like '%demo%' then 'demo'
        when told.activity_type like '%discovery%' then 'discovery'
        when told.activity_type like '%negotiation%' then 'negotiation'
        when told.activity_type like '%review%' then 'review'
        when told.activity_type is not null then 'other'
    end as meeting_type,
    told.thread_id,
    told.message_id,
    cast(try_cast(told.duration as double) / 1000 as bigint) as duration_seconds

from told
left join links on told.engagement_id = links.engagement_id
left join _owner_users
    on split_part(told.created_by_user_id, '.', 1) = _owner_users.user_id
