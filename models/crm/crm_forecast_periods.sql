with

judged as (

    select * from {{ ref('crm_called_periods') }}

),

rep_teams as (

    select * from {{ ref('crm_rep_teams') }}

),

users as (

    select * from {{ ref('crm_users') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

first_teams as (

    select user_id, min(valid_from) as first_team_date
    from rep_teams
    group by user_id

),

-- A call belongs to the team of the first day of its period, or of the first day employed in it.
dated as (

    select
        judged.*,
        coalesce(users.hire_date, first_teams.first_team_date) as employed_from,
        case
            when employed_from > judged.period_start and employed_from < judged.period_end
                then employed_from
            else judged.period_start
        end as team_date

    from judged

    left join users
        on judged.submitter_id = users.user_id

    left join first_teams
        on judged.submitter_id = first_teams.user_id

),

final as (

    select
        dated.submitter_id,
        dated.forecast_level,
        dated.call_team_id,
        dated.dimension,
        dated.dimension_id,
        dated.period_start,
        dated.period_end,
        dated.is_superseded,
        dated.team_date,
        case
            when dated.forecast_level = 'rep' then coalesce(first_team.team_id, '-1')
            else dated.call_team_id
        end as team_id,
        case
            when dated.forecast_level = 'rep' then coalesce(team_now.team_id, '-1')
            else dated.call_team_id
        end as team_id_now

    from dated

    cross join settings

    left join rep_teams as first_team
        on
            dated.submitter_id = first_team.user_id
            and dated.team_date >= first_team.valid_from
            and dated.team_date < {{ open_end('first_team.valid_to') }}

    left join rep_teams as team_now
        on
            dated.submitter_id = team_now.user_id
            and settings.as_of_date >= team_now.valid_from
            and settings.as_of_date < {{ open_end('team_now.valid_to') }}

)

select * from final
