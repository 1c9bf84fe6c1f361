with

quota_slices as (

    select * from {{ ref('kpi_quota_slices') }}

),

unassigned as (

    select * from {{ ref('kpi_quota_unassigned') }}

),

managers as (

    select * from {{ ref('kpi_quota_managers') }}

),

components as (

    select
        period_grain,
        period_start,
        dimension,
        dimension_id,
        quota_reps,
        quota_plan,
        booked_plan as quota_bookings,
        full_period_reps,
        reps_at_quota,
        0 as unquotaed_deals,
        cast(null as decimal(38, 4)) as unquotaed_bookings,
        cast(null as decimal(38, 4)) as manager_quota,
        cast(null as decimal(38, 4)) as team_bookings

    from quota_slices

    union all

    select
        period_grain, period_start, dimension, dimension_id,
        0, null, null, 0, 0, unquotaed_deals, unquotaed_bookings, null, null
    from unassigned

    union all

    select
        period_grain, period_start, 'team', team_id,
        0, null, null, 0, 0, 0, null, manager_quota, team_bookings
    from managers

),

summed as (

    select
        period_grain,
        period_start,
        dimension,
        dimension_id,
        cast(sum(quota_reps) as bigint) as quota_reps,
        cast(sum(quota_plan) as decimal(38, 4)) as quota_plan,
        cast(sum(quota_bookings) as decimal(38, 4)) as quota_bookings,
        cast(sum(full_period_reps) as bigint) as full_period_reps,
        cast(sum(reps_at_quota) as bigint) as reps_at_quota,
        cast(sum(unquotaed_deals) as bigint) as unquotaed_deals,
        cast(coalesce(sum(unquotaed_bookings), 0) as decimal(38, 4)) as unquotaed_bookings,
        cast(sum(manager_quota) as decimal(38, 4)) as manager_quota,
        cast(sum(team_bookings) as decimal(38, 4)) as team_bookings

    from components

    group by period_grain, period_start, dimension, dimension_id

),

final as (

    select
        *,
        cast(quota_bookings as double) / cast(nullif(quota_plan, 0) as double)
            as quota_attainment,
        cast(team_bookings as double) / cast(nullif(manager_quota, 0) as double)
            as manager_quota_attainment,
        reps_at_quota / cast(nullif(full_period_reps, 0) as double) as pct_reps_at_quota

    from summed

)

select * from final
