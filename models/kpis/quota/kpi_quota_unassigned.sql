-- Bookings of days without a quota: disclosed, never mixed into attainment.
with

scoped_bookings as (

    select * from {{ ref('kpi_quota_bookings') }}

    where dimension = 'total'

),

period_dates as (

    select * from {{ ref('dim_period_dates') }}

),

credits as (

    select * from {{ ref('kpi_quota_credits') }}

    where dimension = 'total' and quota_plan > 0 and is_started

),

periods_with_quota as (

    select distinct
        period_grain,
        period_start

    from credits

),

-- What every seller booked in a period, less what the seller's quotas of the period cover.
parts as (

    select
        period_dates.period_grain,
        period_dates.period_start,
        scoped_bookings.user_id,
        scoped_bookings.booked_deals,
        scoped_bookings.booked_plan

    from scoped_bookings

    inner join period_dates
        on scoped_bookings.closed_date = period_dates.date_day

    inner join periods_with_quota
        on
            period_dates.period_grain = periods_with_quota.period_grain
            and period_dates.period_start = periods_with_quota.period_start

    union all

    select period_grain, period_start, user_id, -booked_deals, -booked_plan from credits

),

by_seller as (

    select
        period_grain,
        period_start,
        user_id,
        sum(booked_deals) as unquotaed_deals,
        sum(booked_plan) as unquotaed_bookings

    from parts

    group by period_grain, period_start, user_id

    having sum(booked_deals) > 0

),

final as (

    select
        period_grain,
        period_start,
        case when grouping(user_id) = 0 then 'rep' else 'total' end as dimension,
        case when grouping(user_id) = 0 then user_id else 'all' end as dimension_id,
        cast(sum(unquotaed_deals) as bigint) as unquotaed_deals,
        cast(sum(unquotaed_bookings) as decimal(38, 4)) as unquotaed_bookings

    from by_seller

    group by
        grouping sets (
            (period_grain, period_start),
            (period_grain, period_start, user_id)
        )

)

select * from final
