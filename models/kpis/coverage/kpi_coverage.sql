with

rep_quotas as (

    select * from {{ ref('kpi_quota_credits') }}

    where quota_plan > 0

),

pipeline as (

    select * from {{ ref('kpi_coverage_pipeline') }}

),

team_closure as (

    select * from {{ ref('dim_team_closure') }}

),

-- A finished period shows what it started with; a running or coming one shows what is left to do.
covered as (

    select
        rep_quotas.period_grain,
        rep_quotas.period_start,
        rep_quotas.user_id,
        rep_quotas.team_id,
        rep_quotas.team_date,
        rep_quotas.dimension,
        rep_quotas.dimension_id,
        rep_quotas.quota_plan,
        case when rep_quotas.is_complete then 0 else rep_quotas.booked_plan end as won_to_date,
        coalesce(
            case
                when rep_quotas.is_complete then pipeline.opening_plan
                else pipeline.open_now_plan
            end,
            0
        ) as open_in_period,
        case when rep_quotas.is_reached then coalesce(pipeline.opening_plan, 0) end
            as opening_in_period,
        coalesce(
            case
                when rep_quotas.is_complete then pipeline.opening_deals
                else pipeline.open_now_deals
            end,
            0
        ) as due_deals,
        coalesce(pipeline.opening_deals, 0) as opening_deals

    from rep_quotas

    left join pipeline
        on
            rep_quotas.user_id = pipeline.user_id
            and rep_quotas.period_grain = pipeline.period_grain
            and rep_quotas.period_start = pipeline.period_start
            and rep_quotas.dimension = pipeline.dimension
            and rep_quotas.dimension_id = pipeline.dimension_id

),

sliced as (

    select covered.*, dimension as slice, dimension_id as slice_id from covered

    union all

    select covered.*, 'rep', user_id from covered where dimension = 'total'

    union all

    select covered.*, 'team', team_closure.ancestor_team_id
    from covered
    inner join team_closure
        on
            covered.team_id = team_closure.team_id
            and covered.team_date >= team_closure.valid_from
            and covered.team_date < {{ open_end('team_closure.valid_to') }}
    where covered.dimension = 'total'

),

summed as (

    select
        period_grain,
        period_start,
        slice as dimension,
        slice_id as dimension_id,
        cast(sum(due_deals) as bigint) as due_deals,
        cast(sum(opening_deals) as bigint) as opening_deals,
        cast(sum(open_in_period) as decimal(38, 4)) as open_in_period,
        cast(sum(opening_in_period) as decimal(38, 4)) as opening_in_period,
        cast(sum(quota_plan) as decimal(38, 4)) as quota_plan,
        cast(sum(won_to_date) as decimal(38, 4)) as won_to_date,
        cast(sum(quota_plan - won_to_date) as decimal(38, 4)) as remaining_quota

    from sliced

    group by period_grain, period_start, slice, slice_id

),

final as (

    select
        *,
        case
            when remaining_quota > 0
                then cast(open_in_period as double) / cast(remaining_quota as double)
        end as pipeline_coverage,
        cast(open_in_period as double) / cast(quota_plan as double) as full_coverage,
        cast(opening_in_period as double) / cast(quota_plan as double) as day1_coverage,
        cast(won_to_date + open_in_period as double) / cast(quota_plan as double)
            as won_and_open_coverage,
        case when remaining_quota <= 0 then 'quota_met' else 'ok' end as coverage_status

    from summed

)

select * from final
