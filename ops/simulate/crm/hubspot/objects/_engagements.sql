with

contacts_of_activities as (

    select
        activity_id,
        list(participant_id order by participant_id) as contacts

    from activity_participants
    where participant_type = 'contact'
    group by activity_id

)

select
    activities.activity_id as id,
    activities.activity_type,
    activities.status,
    activities.direction,
    activities.outcome,
    activities.meeting_type,
    activities.subject,
    activities.completed_at,
    activities.scheduled_end,
    activities.thread_id,
    activities.message_id,
    activities.duration_seconds,
    cast(activities.created_at as timestamp) as properties_hs_createdate,
    cast(
        coalesce(
            activities.scheduled_start,
            activities.sent_at,
            activities.received_at,
            activities.completed_at,
            activities.created_at
        ) as timestamp
    ) as properties_hs_timestamp,
    cast(activities.created_at as timestamp) as properties_hs_lastmodifieddate,
    activities.performer_id as properties_hubspot_owner_id,
    cast('1' || substr(activities.booked_by_id, 2) as double) as properties_hs_created_by_user_id,
    false as archived,
    contacts_of_activities.contacts,
    case when activities.account_id is not null then [activities.account_id] end as companies,
    case when activities.opportunity_id is not null then [activities.opportunity_id] end as deals

from activities
left join contacts_of_activities on activities.activity_id = contacts_of_activities.activity_id
