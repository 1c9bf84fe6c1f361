with

pipeline as (

    select * from {{ ref('kpi_pipeline') }}

    where
        period_grain not in ('day', 'week')
        and dimension not in ('opportunity_type', 'competitor')

),

rates as (

    select * from {{ ref('kpi_velocity_rates') }}

),

velocity_windows as (

    select * from {{ ref('kpi_velocity_windows') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

levers as (

    select
        pipeline.period_grain,
        pipeline.period_start,
        pipeline.dimension,
        pipeline.dimension_id,
        velocity_windows.window_days,
        velocity_windows.window_status,
        velocity_windows.measured_date - velocity_windows.window_days as window_start,
        pipeline.open_deals,
        coalesce(rates.decided_deals, 0) as decided_deals,
        cast(rates.deal_size as double) / cast(nullif(rates.sized_deals, 0) as double)
            as window_deal_size,
        rates.won_deals / cast(nullif(rates.decided_deals, 0) as double) as window_win_rate,
        rates.won_cycle_days / cast(nullif(rates.won_timed_deals, 0) as double)
            as window_cycle_days,
        rates.median_cycle_days as window_median_cycle_days

    from pipeline

    inner join periods
        on
            pipeline.period_grain = periods.period_grain
            and pipeline.period_start = periods.period_start

    inner join velocity_windows
        on periods.measured_date = velocity_windows.measured_date

    left join rates
        on
            periods.measured_date = rates.measured_date
            and pipeline.dimension = rates.dimension
            and pipeline.dimension_id = rates.dimension_id

),

final as (

    select
        period_grain,
        period_start,
        dimension,
        dimension_id,
        window_days,
        window_status,
        window_start,
        open_deals,
        decided_deals,
        window_deal_size,
        window_win_rate,
        window_cycle_days,
        window_median_cycle_days,
        open_deals * window_deal_size * window_win_rate as expected_amount,
        open_deals * window_deal_size * window_win_rate / nullif(window_cycle_days, 0)
            as pipeline_velocity,
        open_deals * window_deal_size * window_win_rate / nullif(window_median_cycle_days, 0)
            as median_pipeline_velocity

    from levers

)

select * from final
