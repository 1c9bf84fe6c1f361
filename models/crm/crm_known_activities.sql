with

activities as (

    select * from {{ ref('crm_activities') }}

),

participants as (

    select * from {{ ref('crm_activity_participants') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

-- A meeting put off is booked once, however often it is moved.
replacements as (

    select distinct superseded_by as activity_id from activities

),

-- Where nobody is named, or nobody knows whence, the customer was there.
guests as (

    select
        activity_id,
        max(case when is_external then 1 when not is_external then 0 end) as guests,
        max(
            case
                when is_external and coalesce(is_attended, true) then 1
                when is_external is not null then 0
            end
        ) as attending_guests

    from participants

    group by activity_id

),

final as (

    select
        activities.*,
        replacements.activity_id is not null as is_rebooking,
        coalesce(guests.guests, 1) > 0 as has_guest,
        coalesce(guests.attending_guests, 1) > 0 as has_attending_guest,
        coalesce(
            activities.status, case when activities.completed_at is not null then 'completed' end
        ) as recorded_status,
        case
            when activities.status = 'cancelled' then activities.cancelled_at
            when activities.status = 'superseded' then successors.created_at
            when activities.status = 'no_show' then activities.scheduled_start
            else greatest(activities.completed_at, activities.scheduled_start)
        end as decided_at,
        settings.as_of,
        settings.reporting_tz

    from activities

    cross join settings

    left join activities as successors
        on activities.superseded_by = successors.activity_id

    left join replacements
        on activities.activity_id = replacements.activity_id

    left join guests
        on activities.activity_id = guests.activity_id

    where activities.created_at < settings.as_of

)

select * from final
