with

parts as (

    select * from {{ ref('forecast_outlook_parts') }}

),

quotas as (

    select * from {{ ref('forecast_quotas') }}

),

summed as (

    select
        period_grain,
        period_start,
        submitter_id,
        team_id,
        team_date,
        dimension,
        dimension_id,
        cast(sum(forecast_plan) as decimal(38, 4)) as forecast_plan,
        cast(sum(won_to_date) as decimal(38, 4)) as won_to_date,
        cast(sum(open_in_period) as decimal(38, 4)) as open_in_period,
        cast(sum(due_deals) as bigint) as due_deals

    from parts

    group by
        period_grain,
        period_start,
        submitter_id,
        team_id,
        team_date,
        dimension,
        dimension_id

),

final as (

    select
        summed.*,
        case when quotas.quota_plan is not null then summed.forecast_plan end as quota_forecast,
        quotas.quota_plan,
        case when quotas.quota_plan is null then 0 else 1 end as quota_sellers

    from summed

    left join quotas
        on
            summed.period_grain = quotas.period_grain
            and summed.period_start = quotas.period_start
            and summed.submitter_id = quotas.submitter_id
            and summed.dimension = quotas.dimension
            and summed.dimension_id = quotas.dimension_id

)

select * from final
