with

activities as (

    select * from {{ ref('fct_activities') }}

    where is_held_meeting

),

settings as (

    select * from {{ ref('dim_settings') }}

),

-- A meeting without a deal follows up any earlier one with the company.
held as (

    select
        activity_id,
        opportunity_id,
        scheduled_start,
        case
            when opportunity_id is not null
                then min(scheduled_start) over (partition by opportunity_id)
            when account_id <> '-1' then min(scheduled_start) over (partition by account_id)
        end as first_start,
        row_number() over (partition by opportunity_id order by scheduled_start, activity_id)
            as meeting_number

    from activities

),

next_meetings as (

    select
        opportunity_id,
        min(scheduled_start) as next_start

    from held

    where scheduled_start > first_start

    group by opportunity_id

),

-- Of the deals that had the time for a second meeting, those that had one.
first_meetings as (

    select
        held.activity_id,
        coalesce(
            {{ seconds_between('held.scheduled_start', 'next_meetings.next_start') }}
            <= settings.follow_up_days * 86400,
            false
        ) as is_followed_up

    from held

    cross join settings

    left join next_meetings
        on held.opportunity_id = next_meetings.opportunity_id

    where
        held.opportunity_id is not null
        and held.meeting_number = 1
        and {{ seconds_between('held.scheduled_start', 'settings.as_of') }}
        >= settings.follow_up_days * 86400

),

final as (

    select
        held.activity_id,
        held.scheduled_start > held.first_start as is_follow_up,
        first_meetings.activity_id is not null as is_first,
        coalesce(first_meetings.is_followed_up, false) as is_followed_up

    from held

    left join first_meetings
        on held.activity_id = first_meetings.activity_id

)

select * from final
