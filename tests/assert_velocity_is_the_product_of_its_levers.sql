-- Velocity is open deals x mean size x win rate / cycle; its open deals are those of the pipeline,
-- and where its window is a whole period, its rates are those of that period's own family.
with

velocity as (

    select * from {{ ref('kpi_velocity') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

pipeline as (

    select * from {{ ref('kpi_pipeline') }}

),

closed_deals as (

    select * from {{ ref('kpi_closed_deals') }}

),

levers as (

    select
        velocity.*,
        pipeline.open_deals as pipeline_open_deals,
        velocity.open_deals * velocity.window_deal_size * velocity.window_win_rate
            as expected,
        {{ days_between('velocity.window_start', 'periods.measured_date') }} as days_in_window,
        periods.is_complete and velocity.window_start = periods.period_start as is_whole_period

    from velocity

    inner join periods
        on
            velocity.period_grain = periods.period_grain
            and velocity.period_start = periods.period_start

    left join pipeline
        on
            velocity.period_grain = pipeline.period_grain
            and velocity.period_start = pipeline.period_start
            and velocity.dimension = pipeline.dimension
            and velocity.dimension_id = pipeline.dimension_id

),

compared as (

    select
        levers.*,
        coalesce(levers.expected, -1) as expected_or_none,
        coalesce(levers.expected / nullif(levers.window_cycle_days, 0), -1) as expected_velocity,
        coalesce(levers.expected / nullif(levers.window_median_cycle_days, 0), -1)
            as expected_median_velocity,
        closed_deals.decided_deals as period_decided_deals,
        closed_deals.win_rate as period_win_rate,
        closed_deals.average_deal_size as period_deal_size,
        closed_deals.sales_cycle_length as period_cycle_days,
        closed_deals.median_cycle_days as period_median_cycle_days

    from levers

    left join closed_deals
        on
            levers.period_grain = closed_deals.period_grain
            and levers.period_start = closed_deals.period_start
            and levers.dimension = closed_deals.dimension
            and levers.dimension_id = closed_deals.dimension_id

)

select *

from compared

where
    pipeline_open_deals is distinct from open_deals
    or days_in_window <> window_days
    or abs(coalesce(expected_amount, -1) - expected_or_none) > abs(expected_or_none) * 1e-9
    or abs(coalesce(pipeline_velocity, -1) - expected_velocity) > abs(expected_velocity) * 1e-9
    or abs(coalesce(median_pipeline_velocity, -1) - expected_median_velocity)
    > abs(expected_median_velocity) * 1e-9
    or (
        is_whole_period
        and (
            decided_deals <> coalesce(period_decided_deals, 0)
            or abs(coalesce(window_win_rate, -1) - coalesce(period_win_rate, -1)) > 1e-9
            or abs(coalesce(window_deal_size, -1) - coalesce(period_deal_size, -1))
            > abs(coalesce(period_deal_size, -1)) * 1e-9
            or abs(coalesce(window_cycle_days, -1) - coalesce(period_cycle_days, -1)) > 1e-9
            or abs(
                coalesce(window_median_cycle_days, -1) - coalesce(period_median_cycle_days, -1)
            ) > 1e-9
        )
    )
