-- G-7: in a period with quotas, the bookings of days with a quota and those of days without make
-- every credited amount, in total and for each seller; who counts as at quota booked it.
with

quota as (

    select * from {{ ref('kpi_quota') }}

    where dimension in ('total', 'rep')

),

bookings as (

    select * from {{ ref('fct_bookings') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

booked_days as (

    select
        closed_date,
        user_id,
        sum(credited_amount_plan) as credited

    from bookings

    group by closed_date, user_id

),

quota_periods as (

    select
        quota.period_grain,
        quota.period_start,
        periods.period_end

    from quota

    inner join periods
        on quota.period_grain = periods.period_grain and quota.period_start = periods.period_start

    where quota.dimension = 'total' and quota.quota_reps > 0

),

credited as (

    select
        quota_periods.period_grain,
        quota_periods.period_start,
        booked_days.user_id,
        sum(booked_days.credited) as credited

    from quota_periods

    inner join booked_days
        on
            quota_periods.period_start <= booked_days.closed_date
            and quota_periods.period_end > booked_days.closed_date

    group by quota_periods.period_grain, quota_periods.period_start, booked_days.user_id

),

expected as (

    select
        period_grain,
        period_start,
        'rep' as dimension,
        user_id as dimension_id,
        credited

    from credited

    union all

    select
        period_grain,
        period_start,
        'total' as dimension,
        'all' as dimension_id,
        sum(credited) as credited

    from credited

    group by period_grain, period_start

)

select
    coalesce(quota.period_grain, expected.period_grain) as period_grain,
    coalesce(quota.period_start, expected.period_start) as period_start,
    coalesce(quota.dimension, expected.dimension) as dimension,
    coalesce(quota.dimension_id, expected.dimension_id) as dimension_id,
    quota.quota_plan,
    quota.quota_bookings,
    quota.unquotaed_bookings,
    expected.credited

from quota

full outer join expected
    on
        quota.period_grain = expected.period_grain
        and quota.period_start = expected.period_start
        and quota.dimension = expected.dimension
        and quota.dimension_id = expected.dimension_id

where
    coalesce(quota.quota_bookings, 0) + coalesce(quota.unquotaed_bookings, 0)
    <> coalesce(expected.credited, 0)
    or quota.reps_at_quota > quota.full_period_reps
    or quota.full_period_reps > quota.quota_reps
    or (
        quota.dimension = 'rep'
        and quota.full_period_reps = 1
        and (quota.reps_at_quota = 1) <> (quota.quota_bookings >= quota.quota_plan)
    )
    or (quota.dimension = 'rep' and quota.quota_reps > 1)
