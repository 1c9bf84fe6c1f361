-- What a seller still had open and committed to at the end of each week of a quarter.
with

states as (

    select * from {{ ref('crm_opportunity_states') }}

    where is_in_pipeline

),

stages as (

    select * from {{ ref('dim_stages') }}

    where forecast_category = 'commit'

),

rates as (

    select * from {{ ref('dim_exchange_rates') }}

),

weeks as (

    select * from {{ ref('dim_quarter_weeks') }}

),

-- At the plan rate, as forecasts are.
final as (

    select
        weeks.period_start,
        weeks.period_end,
        weeks.week_of_quarter,
        weeks.week_end,
        coalesce(states.owner_id, '-1') as owner_id,
        count(*) as open_deals,
        cast(
            coalesce(sum({{ multiply_money('states.amount', 'rates.plan_rate') }}), 0)
            as decimal(38, 4)
        ) as open_plan

    from weeks

    inner join states
        on
            weeks.week_end >= states.snapshot_from_date
            and weeks.week_end < {{ open_end('states.snapshot_to_date') }}
            and weeks.period_start <= states.expected_close_date
            and weeks.period_end > states.expected_close_date

    inner join stages
        on states.pipeline_id = stages.pipeline_id and states.stage_name = stages.stage

    left join rates
        on states.currency = rates.currency and weeks.period_start = rates.date_day

    group by 1, 2, 3, 4, 5

)

select * from final
