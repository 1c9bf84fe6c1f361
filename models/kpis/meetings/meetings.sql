-- A running period holds the meetings it has seen, as it holds the calls made so far.
with

activities as (

    select * from {{ ref('fct_activities') }}

    where is_due_meeting

),

held as (

    select * from {{ ref('held_meetings') }}

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
        case when held.is_follow_up then 1 else 0 end as follow_up_meetings,
        case when held.is_first then 1 else 0 end as first_meetings,
        case when held.is_followed_up then 1 else 0 end as followed_up_meetings

    from activities

    left join held
        on activities.activity_id = held.activity_id

)

select * from final
