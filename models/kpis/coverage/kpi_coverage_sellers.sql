with

rep_quotas as (

    select * from {{ ref('kpi_quota_credits') }}

    where quota_plan > 0

),

pipeline as (

    select * from {{ ref('kpi_coverage_pipeline') }}

),

sellers as (

    select * from {{ ref('fct_quota_sellers') }}

),

-- A finished period shows what it started with; a running or coming one shows what is left to do.
final as (

    select
        rep_quotas.period_grain,
        rep_quotas.period_start,
        rep_quotas.user_id,
        sellers.team_id,
        sellers.team_date,
        sellers.measured_team_id,
        sellers.measured_team_date,
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
        coalesce(
            case
                when rep_quotas.is_complete then pipeline.opening_deals
                else pipeline.open_now_deals
            end,
            0
        ) as due_deals,
        case when rep_quotas.is_reached then rep_quotas.quota_plan end as opening_quota,
        case when rep_quotas.is_reached then coalesce(pipeline.opening_plan, 0) end
            as opening_in_period,
        coalesce(pipeline.opening_deals, 0) as opening_deals

    from rep_quotas

    inner join sellers
        on
            rep_quotas.period_grain = sellers.period_grain
            and rep_quotas.period_start = sellers.period_start
            and rep_quotas.user_id = sellers.user_id

    left join pipeline
        on
            rep_quotas.user_id = pipeline.user_id
            and rep_quotas.period_grain = pipeline.period_grain
            and rep_quotas.period_start = pipeline.period_start
            and rep_quotas.dimension = pipeline.dimension
            and rep_quotas.dimension_id = pipeline.dimension_id

)

select * from final
