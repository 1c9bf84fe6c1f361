with

due_deals as (

    select * from {{ ref('fct_due_deals') }}

    where period_grain = 'quarter'

),

stages as (

    select * from {{ ref('dim_stages') }}

),

described as (

    select
        due_deals.*,
        coalesce(stages.forecast_category, 'unknown') as forecast_category

    from due_deals

    left join stages
        on due_deals.pipeline_id = stages.pipeline_id and due_deals.stage = stages.stage

),

counted as (

    select
        period_start as quarter_start,
        forecast_category,
        outcome,
        max(is_complete) as is_complete,
        count(*) as deals,
        cast(sum(amount_corporate) as decimal(38, 4)) as opening_amount,
        cast(sum(new_amount_corporate) as decimal(38, 4)) as closing_amount

    from described

    group by period_start, forecast_category, outcome

),

final as (

    select
        *,
        deals / cast(sum(deals) over row_of_category as double) as deal_share,
        cast(opening_amount as double)
        / nullif(cast(sum(opening_amount) over row_of_category as double), 0) as amount_share

    from counted

    window row_of_category as (partition by quarter_start, forecast_category)

)

select * from final
