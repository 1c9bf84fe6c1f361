-- Activities of the typed tables, and those of the older one that are in none of them.
with

typed as (

    select
        'call' as kind,
        *

    from engagement_call
    union all
    select
        'email' as kind,
        *

    from engagement_email
    union all
    select
        'meeting' as kind,
        *

    from engagement_meeting
    union all
    select
        'note' as kind,
        *

    from engagement_note
    union all
    select
        'task' as kind,
        *

    from engagement_task
    union all
    select
        'chat' as kind,
        *

    from engagement_communication

)

select
    typed.engagement_id,
    typed.kind,
    coalesce(
        typed.createdate,
        engagement.created_at,
        typed.hs_timestamp,
        engagement.timestamp,
        typed.starts_at
    ) as created_at,
    coalesce(typed.hs_timestamp, engagement.timestamp) as occurred_at,
    coalesce(typed.hubspot_owner_id, engagement.owner_id) as owner_id,
    coalesce(typed.hs_created_by_user_id, engagement.created_by) as created_by_user_id,
    typed.subject,
    lower(typed.status) as status,
    lower(typed.direction) as direction,
    lower(typed.disposition) as disposition,
    lower(typed.activity_type) as activity_type,
    typed.duration,
    typed.starts_at,
    typed.ends_at,
    typed.completed_at,
    typed.thread_id,
    typed.message_id,
    typed.contacts,
    typed.companies,
    typed.deals

from typed
left join engagement on typed.engagement_id = engagement.engagement_id
where
    not regexp_matches(
        lower(concat_ws(' ', typed.archived, typed.is_deleted, typed.fivetran_deleted)), 'true|1'
    )
union all
select
    engagement_id,
    case
        when lower(type) in ('call', 'meeting', 'note', 'task') then lower(type)
        when lower(type) like '%email' then 'email'
        else 'chat'
    end as kind,
    coalesce(created_at, timestamp) as created_at,
    timestamp as occurred_at,
    owner_id,
    created_by as created_by_user_id,
    subject,
    lower(status) as status,
    lower(type) as direction,
    lower(disposition) as disposition,
    cast(null as varchar) as activity_type,
    duration,
    starts_at,
    ends_at,
    cast(null as varchar) as completed_at,
    cast(null as varchar) as thread_id,
    cast(null as varchar) as message_id,
    contacts,
    companies,
    deals

from engagement
where
    coalesce(created_at, timestamp) is not null
    and engagement_id not in (select typed.engagement_id from typed)
