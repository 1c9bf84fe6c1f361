with

states as (

    select * from {{ ref('crm_activity_states') }}

),

users as (

    select * from {{ ref('crm_users') }}

),

rep_teams as (

    select * from {{ ref('crm_rep_teams') }}

),

dated as (

    select
        states.activity_id,
        states.activity_type,
        {{ known_member('states.performer_id', 'performers.user_id', 'users') }} as owner_id,
        {{ known_member('states.booked_by_id', 'bookers.user_id', 'users') }} as booker_id,
        states.booked_by_id is null as has_booked_himself,
        {{ to_business_date('states.created_at', 'states.reporting_tz') }} as created_date,
        {{ to_business_date('states.scheduled_start', 'states.reporting_tz') }} as scheduled_date,
        {{ to_business_date('states.completed_at', 'states.reporting_tz') }} as completed_date,
        {{ to_business_date('states.sent_at', 'states.reporting_tz') }} as sent_date,
        {{ to_business_date('states.received_at', 'states.reporting_tz') }} as received_date

    from states

    left join users as performers
        on states.performer_id = performers.user_id

    left join users as bookers
        on states.booked_by_id = bookers.user_id

),

-- An activity stands on the day its kind is counted: a call when made, a meeting in its slot.
credited as (

    select
        *,
        coalesce(
            case activity_type
                when 'email' then coalesce(sent_date, received_date)
                when 'meeting' then scheduled_date
            end,
            completed_date,
            created_date
        ) as activity_date,
        case when has_booked_himself then owner_id else booker_id end as credited_booker_id

    from dated

),

final as (

    select
        credited.activity_id,
        coalesce(credited.owner_id, '-1') as owner_id,
        coalesce(teams.team_id, '-1') as team_id,
        coalesce(credited.credited_booker_id, '-1') as booker_id,
        coalesce(booker_teams.team_id, '-1') as booker_team_id,
        credited.activity_date,
        credited.created_date,
        credited.scheduled_date,
        credited.completed_date,
        credited.sent_date,
        credited.received_date

    from credited

    left join rep_teams as teams
        on
            credited.owner_id = teams.user_id
            and credited.activity_date >= teams.valid_from
            and credited.activity_date < {{ open_end('teams.valid_to') }}

    left join rep_teams as booker_teams
        on
            credited.credited_booker_id = booker_teams.user_id
            and credited.created_date >= booker_teams.valid_from
            and credited.created_date < {{ open_end('booker_teams.valid_to') }}

)

select * from final
