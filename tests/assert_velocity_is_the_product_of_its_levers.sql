-- Velocity is open deals x mean size x win rate / cycle; its open deals are those of the pipeline,
-- and where its window is a whole period, its rates are those of that period's own families.
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

win_rates as (

    select * from {{ ref('kpi_win_rate') }}

),

deal_sizes as (

    select * from {{ ref('kpi_deal_size') }}

),

cycles as (

    select * from {{ ref('kpi_sales_cycle') }}

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
        win_rates.decided_deals as period_decided_deals,
        win_rates.win_rate as period_win_rate,
        deal_sizes.average_deal_size as period_deal_size,
        cycles.sales_cycle_length as period_cycle_days,
        cycles.median_cycle_days as period_median_cycle_days

    from levers

    left join win_rates
        on
            levers.period_grain = win_rates.period_grain
            and levers.period_start = win_rates.period_start
            and levers.dimension = win_rates.dimension
            and levers.dimension_id = win_rates.dimension_id

    left join deal_sizes
        on
            levers.period_grain = deal_sizes.period_grain
            and levers.period_start = deal_sizes.period_start
            and levers.dimension = deal_sizes.dimension
            and levers.dimension_id = deal_sizes.dimension_id

    left join cycles
        on
            levers.period_grain = cycles.period_grain
            and levers.period_start = cycles.period_start
            and levers.dimension = cycles.dimension
            and levers.dimension_id = cycles.dimension_id

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
