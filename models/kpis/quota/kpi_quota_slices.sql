with

rep_quotas as (

    select * from {{ ref('kpi_quota_credits') }}

    -- A missing quota and a quota of nothing are the same: there is nothing to attain.
    where quota_plan > 0 and is_started

),

team_closure as (

    select * from {{ ref('dim_team_closure') }}

),

judged as (

    select
        *,
        case when is_employed_throughout then 1 else 0 end as full_period_reps,
        case when is_employed_throughout and booked_plan >= quota_plan then 1 else 0 end
            as reps_at_quota

    from rep_quotas

),

final as (

    select
        period_grain,
        period_start,
        period_end,
        'total' as dimension,
        'all' as dimension_id,
        user_id,
        quota_plan,
        booked_plan,
        full_period_reps,
        reps_at_quota
    from judged
    where dimension = 'total'

    union all

    select
        period_grain,
        period_start,
        period_end,
        'rep',
        user_id as dimension_id,
        user_id,
        quota_plan,
        booked_plan,
        full_period_reps,
        reps_at_quota
    from judged
    where dimension = 'total'

    union all

    select
        judged.period_grain,
        judged.period_start,
        judged.period_end,
        'team',
        team_closure.ancestor_team_id,
        judged.user_id,
        judged.quota_plan,
        judged.booked_plan,
        judged.full_period_reps,
        judged.reps_at_quota
    from judged
    inner join team_closure
        on
            judged.team_id = team_closure.team_id
            and judged.team_date >= team_closure.valid_from
            and judged.team_date < {{ open_end('team_closure.valid_to') }}
    where judged.dimension = 'total'

    union all

    -- The region of a share of sellers is the sellers' own; the region of money is the quota's.
    select
        period_grain,
        period_start,
        period_end,
        'region',
        rep_region_id,
        user_id,
        cast(null as decimal(18, 4)),
        cast(null as decimal(38, 4)),
        full_period_reps,
        reps_at_quota
    from judged
    where dimension = 'total'

    union all

    select
        period_grain,
        period_start,
        period_end,
        dimension,
        dimension_id,
        user_id,
        quota_plan,
        booked_plan,
        0,
        0
    from judged
    where dimension <> 'total'

)

select * from final
