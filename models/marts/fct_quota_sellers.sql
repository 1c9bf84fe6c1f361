with

quota_periods as (

    select * from {{ ref('fct_quota_periods') }}

    where quota_level = 'rep'

),

rep_teams as (

    select * from {{ ref('crm_rep_teams') }}

),

users as (

    select * from {{ ref('dim_users') }}

),

first_teams as (

    select user_id, min(valid_from) as first_team_date
    from rep_teams
    group by user_id

),

sellers as (

    select distinct period_grain, period_start, period_end, is_complete, measured_date, user_id
    from quota_periods

),

-- A quota belongs to the team of the first day of the period, or of the first day employed in it;
-- what is measured today belongs to the team of today.
dated as (

    select
        sellers.*,
        coalesce(users.region_id, '-1') as rep_region_id,
        coalesce(users.hire_date <= sellers.period_start, true)
        and coalesce(users.termination_date >= sellers.period_end, true) as is_employed_throughout,
        coalesce(users.hire_date, first_teams.first_team_date) as employed_from,
        case
            when employed_from > sellers.period_start and employed_from < sellers.period_end
                then employed_from
            else sellers.period_start
        end as team_date,
        case when sellers.is_complete then team_date else sellers.measured_date end
            as measured_team_date

    from sellers

    left join users
        on sellers.user_id = users.user_id

    left join first_teams
        on sellers.user_id = first_teams.user_id

),

final as (

    select
        dated.period_grain,
        dated.period_start,
        dated.user_id,
        coalesce(first_team.team_id, '-1') as team_id,
        dated.team_date,
        coalesce(measured_team.team_id, '-1') as measured_team_id,
        dated.measured_team_date,
        dated.rep_region_id,
        dated.is_employed_throughout

    from dated

    left join rep_teams as first_team
        on
            dated.user_id = first_team.user_id
            and dated.team_date >= first_team.valid_from
            and dated.team_date < {{ open_end('first_team.valid_to') }}

    left join rep_teams as measured_team
        on
            dated.user_id = measured_team.user_id
            and dated.measured_team_date >= measured_team.valid_from
            and dated.measured_team_date < {{ open_end('measured_team.valid_to') }}

)

select * from final
