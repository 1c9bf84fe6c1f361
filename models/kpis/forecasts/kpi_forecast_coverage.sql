with

sellers as (

    select
        *,
        submitter_id as owner_id,
        1 as called_sellers

    from {{ ref('forecast_outlook_sellers') }}

),

whole as (

    select * from sellers where dimension = 'total'

),

by_seller as (

    {{ sliced(
        rows='whole',
        team_date='team_date',
        attributes=['rep'],
        counts=['called_sellers', 'due_deals', 'quota_sellers'],
        amounts=[
            'forecast_plan', 'won_to_date', 'open_in_period', 'quota_forecast', 'quota_plan'
        ],
    ) }}

),

by_scope as (

    select
        period_grain,
        period_start,
        dimension,
        dimension_id,
        cast(sum(called_sellers) as bigint) as called_sellers,
        cast(sum(due_deals) as bigint) as due_deals,
        cast(sum(quota_sellers) as bigint) as quota_sellers,
        cast(sum(forecast_plan) as decimal(38, 4)) as forecast_plan,
        cast(sum(won_to_date) as decimal(38, 4)) as won_to_date,
        cast(sum(open_in_period) as decimal(38, 4)) as open_in_period,
        cast(sum(quota_forecast) as decimal(38, 4)) as quota_forecast,
        cast(sum(quota_plan) as decimal(38, 4)) as quota_plan

    from sellers

    where dimension <> 'total'

    group by period_grain, period_start, dimension, dimension_id

),

compared as (

    select
        *,
        cast(forecast_plan - won_to_date as decimal(38, 4)) as remaining_forecast

    from (

        select * from by_seller

        union all

        select * from by_scope

    ) as slices

),

final as (

    select
        *,
        case
            when remaining_forecast > 0
                then cast(open_in_period as double) / cast(remaining_forecast as double)
        end as forecast_coverage,
        cast(open_in_period as double) / cast(nullif(forecast_plan, 0) as double)
            as gross_coverage,
        cast(quota_forecast as double) / cast(quota_plan as double) as forecast_to_quota,
        case when remaining_forecast <= 0 then 'forecast_met' else 'ok' end as coverage_status

    from compared

)

select * from final
