with

bookings as (

    select * from {{ ref('fct_bookings') }}

),

team_quotas as (

    select * from {{ ref('fct_quota_periods') }}

    where quota_level = 'team' and dimension = 'total' and is_started

),

team_closure as (

    select * from {{ ref('dim_team_closure') }}

),

booked_days as (

    select
        team_closure.ancestor_team_id as team_id,
        bookings.closed_date,
        sum(bookings.credited_amount_plan) as booked_plan

    from bookings

    inner join team_closure
        on
            bookings.team_id = team_closure.team_id
            and bookings.closed_date >= team_closure.valid_from
            and bookings.closed_date < {{ open_end('team_closure.valid_to') }}

    group by team_closure.ancestor_team_id, bookings.closed_date

),

-- A manager's number is met by everything the team sold, with or without a seller's quota.
booked as (

    select
        team_quotas.period_grain,
        team_quotas.period_start,
        team_quotas.team_id,
        team_quotas.quota_start,
        team_quotas.quota_plan,
        coalesce(sum(booked_days.booked_plan), 0) as booked_plan

    from team_quotas

    left join booked_days
        on
            team_quotas.team_id = booked_days.team_id
            and team_quotas.quota_start <= booked_days.closed_date
            and team_quotas.quota_end > booked_days.closed_date

    group by
        team_quotas.period_grain,
        team_quotas.period_start,
        team_quotas.team_id,
        team_quotas.quota_start,
        team_quotas.quota_plan

),

-- A missing quota and a quota of nothing are the same: there is nothing to attain.
final as (

    select
        period_grain,
        period_start,
        team_id,
        cast(sum(quota_plan) as decimal(38, 4)) as manager_quota,
        cast(sum(booked_plan) as decimal(38, 4)) as team_bookings

    from booked

    group by period_grain, period_start, team_id

    having count(quota_plan) = count(*) and sum(quota_plan) > 0

)

select * from final
