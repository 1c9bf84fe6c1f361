-- A running period holds the meetings it has seen, as it holds the calls made so far.
with

activities as (

    select * from {{ ref('fct_activities') }}

    where is_due_meeting

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

    where is_held_meeting

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
        activities.activity_id,
        activities.owner_id,
        activities.team_id,
        activities.region_id,
        activities.segment_id,
        activities.lead_source_id,
        activities.pipeline_id,
        activities.campaign_id,
        activities.scheduled_date,
        1 as meetings_scheduled,
        case when activities.is_held_meeting then 1 else 0 end as meetings_completed,
        case
            when activities.is_held_meeting then 1
            when activities.status = 'no_show' then 1
            else 0
        end as shown_or_missed_meetings,
        case
            when activities.is_held_meeting then 1
            when activities.status in ('no_show', 'cancelled') then 1
            else 0
        end as known_meetings,
        case when activities.is_held_meeting and activities.meeting_type = 'demo' then 1 else 0 end
            as demos_conducted,
        case when held.scheduled_start > held.first_start then 1 else 0 end as follow_up_meetings,
        case when first_meetings.activity_id is null then 0 else 1 end as first_meetings,
        case when first_meetings.is_followed_up then 1 else 0 end as followed_up_meetings

    from activities

    left join held
        on activities.activity_id = held.activity_id

    left join first_meetings
        on activities.activity_id = first_meetings.activity_id

)

select * from final
