with

states as (

    select * from {{ ref('crm_activity_states') }}

    where not is_automated and not is_auto_reply

),

activities as (

    select * from {{ ref('crm_activities') }}

),

credits as (

    select * from {{ ref('crm_activity_credits') }}

),

subjects as (

    select * from {{ ref('crm_activity_subjects') }}

    where not is_excluded

),

repeats as (

    select * from {{ ref('crm_activity_repeats') }}

),

-- A meeting without a length of its own took the slot it had.
timed as (

    select
        states.activity_id,
        states.activity_type,
        credits.owner_id,
        credits.team_id,
        coalesce(states.activity_type in ('call', 'email', 'meeting', 'chat'), false)
        and not states.is_internal
        or subjects.opportunity_id is not null as is_selling,
        coalesce(
            states.duration_seconds,
            case
                when states.activity_type = 'meeting'
                    then {{ seconds_between(
                        'activities.scheduled_start', 'activities.scheduled_end'
                    ) }}
            end
        ) as logged_seconds,
        credits.activity_date as work_date

    from states

    inner join credits
        on states.activity_id = credits.activity_id

    inner join subjects
        on states.activity_id = subjects.activity_id

    inner join activities
        on states.activity_id = activities.activity_id

    left join repeats
        on states.activity_id = repeats.activity_id

    where
        repeats.activity_id is null
        and coalesce(states.status = 'completed', states.completed_at is not null)

),

final as (

    select * from timed

    where logged_seconds > 0

)

select * from final
