with

credits as (

    select * from {{ ref('kpi_quota_credits') }}

    -- A missing quota and a quota of nothing are the same: there is nothing to attain.
    where quota_plan > 0 and is_started

),

sellers as (

    select * from {{ ref('fct_quota_sellers') }}

),

judged as (

    select
        credits.period_grain,
        credits.period_start,
        credits.user_id as owner_id,
        sellers.team_id,
        sellers.team_date,
        sellers.rep_region_id as region_id,
        1 as quota_reps,
        case when sellers.is_employed_throughout then 1 else 0 end as full_period_reps,
        case when credits.booked_plan >= credits.quota_plan then full_period_reps else 0 end
            as reps_at_quota,
        credits.quota_plan,
        credits.booked_plan

    from credits

    inner join sellers
        on
            credits.period_grain = sellers.period_grain
            and credits.period_start = sellers.period_start
            and credits.user_id = sellers.user_id

    where credits.dimension = 'total'

),

by_seller as (

    {{ sliced(
        rows='judged',
        team_date='team_date',
        attributes=['rep', 'region'],
        counts=['quota_reps', 'full_period_reps', 'reps_at_quota'],
        amounts=['quota_plan', 'booked_plan'],
    ) }}

),

-- The region of a share of sellers is the sellers' own; the region of money is the quota's.
final as (

    select
        period_grain,
        period_start,
        dimension,
        dimension_id,
        case when dimension = 'region' then 0 else quota_reps end as quota_reps,
        full_period_reps,
        reps_at_quota,
        case when dimension <> 'region' then quota_plan end as quota_plan,
        case when dimension <> 'region' then booked_plan end as booked_plan

    from by_seller

    union all

    select
        period_grain,
        period_start,
        dimension,
        dimension_id,
        count(*) as quota_reps,
        0 as full_period_reps,
        0 as reps_at_quota,
        cast(sum(quota_plan) as decimal(38, 4)) as quota_plan,
        cast(sum(booked_plan) as decimal(38, 4)) as booked_plan

    from credits

    where dimension <> 'total'

    group by period_grain, period_start, dimension, dimension_id

)

select * from final
