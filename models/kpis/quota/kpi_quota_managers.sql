with

bookings as (

    select * from {{ ref('fct_bookings') }}

),

team_quotas as (

    select * from {{ ref('fct_quota_periods') }}

    -- A missing quota and a quota of nothing are the same: there is nothing to attain.
    where quota_level = 'team' and dimension = 'total' and quota_plan > 0 and is_started

),

team_closure as (

    select * from {{ ref('dim_team_closure') }}

),

booked_days as (

    select
        team_id,
        closed_date,
        sum(credited_amount_plan) as booked_plan

    from bookings

    group by team_id, closed_date

),

-- A manager's number is met by everything the team sold, with or without a seller's quota.
final as (

    select
        team_quotas.period_grain,
        team_quotas.period_start,
        team_quotas.team_id,
        team_quotas.quota_plan as manager_quota,
        cast(coalesce(sum(booked_days.booked_plan), 0) as decimal(38, 4)) as team_bookings

    from team_quotas

    left join team_closure
        on team_quotas.team_id = team_closure.ancestor_team_id

    left join booked_days
        on
            team_closure.team_id = booked_days.team_id
            and team_closure.valid_from <= booked_days.closed_date
            and {{ open_end('team_closure.valid_to') }} > booked_days.closed_date
            and team_quotas.period_start <= booked_days.closed_date
            and team_quotas.period_end > booked_days.closed_date

    group by
        team_quotas.period_grain,
        team_quotas.period_start,
        team_quotas.team_id,
        team_quotas.quota_plan

)

select * from final
