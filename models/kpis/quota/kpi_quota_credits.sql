with

quotas as (

    select * from {{ ref('fct_quotas') }}

    where quota_level = 'rep' and not is_superseded

),

quota_periods as (

    select * from {{ ref('fct_quota_periods') }}

    where quota_level = 'rep'

),

scoped_bookings as (

    select * from {{ ref('kpi_quota_bookings') }}

),

-- A quota is met by what its seller booked in its slice on its own days.
booked as (

    select
        quotas.user_id,
        quotas.dimension,
        quotas.dimension_id,
        quotas.period_start as quota_start,
        quotas.period_end as quota_end,
        cast(sum(scoped_bookings.booked_deals) as bigint) as booked_deals,
        cast(sum(scoped_bookings.booked_plan) as decimal(38, 4)) as booked_plan

    from quotas

    inner join scoped_bookings
        on
            quotas.user_id = scoped_bookings.user_id
            and quotas.dimension = scoped_bookings.dimension
            and quotas.dimension_id = scoped_bookings.dimension_id
            and quotas.period_start <= scoped_bookings.closed_date
            and quotas.period_end > scoped_bookings.closed_date

    group by 1, 2, 3, 4, 5

),

-- A quota of unknown value makes that of the period unknown.
final as (

    select
        quota_periods.period_grain,
        quota_periods.period_start,
        quota_periods.user_id,
        quota_periods.dimension,
        quota_periods.dimension_id,
        quota_periods.is_started,
        quota_periods.is_complete,
        quota_periods.is_reached,
        cast(
            case
                when count(quota_periods.quota_plan) = count(*) then sum(quota_periods.quota_plan)
            end as decimal(38, 4)
        ) as quota_plan,
        cast(coalesce(sum(booked.booked_deals), 0) as bigint) as booked_deals,
        cast(coalesce(sum(booked.booked_plan), 0) as decimal(38, 4)) as booked_plan,
        cast(
            case
                when count(quota_periods.opening_quota_plan) = count(*)
                    then sum(quota_periods.opening_quota_plan)
            end as decimal(38, 4)
        ) as opening_quota_plan

    from quota_periods

    left join booked
        on
            quota_periods.user_id = booked.user_id
            and quota_periods.dimension = booked.dimension
            and quota_periods.dimension_id = booked.dimension_id
            and quota_periods.quota_start = booked.quota_start
            and quota_periods.quota_end = booked.quota_end

    group by 1, 2, 3, 4, 5, 6, 7, 8

)

select * from final
