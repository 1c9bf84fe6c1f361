with

training_records as (

    select * from {{ ref('crm_training_records') }}

),

users as (

    select * from {{ ref('crm_users') }}

),

rep_teams as (

    select * from {{ ref('crm_rep_teams') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

-- What ends after as_of has not been completed yet.
dated as (

    select
        training_records.record_id,
        coalesce(
            {{ known_member('training_records.user_id', 'users.user_id', ref('crm_users')) }}, '-1'
        ) as user_id,
        coalesce(users.region_id, '-1') as region_id,
        training_records.coach_id,
        coalesce(training_records.course, training_records.skill, 'Unknown') as course,
        training_records.skill,
        training_records.score,
        {{ to_business_date('training_records.started_at', 'settings.reporting_tz') }}
            as started_date,
        case
            when training_records.completed_at < settings.as_of
                then
                    {{ to_business_date('training_records.completed_at', 'settings.reporting_tz') }}
        end as completed_date

    from training_records

    cross join settings

    left join users
        on training_records.user_id = users.user_id

    where coalesce(training_records.started_at < settings.as_of, true)

),

final as (

    select
        dated.record_id,
        dated.user_id,
        coalesce(rep_teams.team_id, '-1') as team_id,
        dated.region_id,
        dated.coach_id,
        dated.course,
        dated.skill,
        dated.score,
        dated.coach_id is not null as is_coaching,
        dated.started_date,
        dated.completed_date

    from dated

    left join rep_teams
        on
            dated.user_id = rep_teams.user_id
            and coalesce(dated.completed_date, dated.started_date) >= rep_teams.valid_from
            and coalesce(dated.completed_date, dated.started_date)
            < {{ open_end('rep_teams.valid_to') }}

)

select * from final
