-- The running balance of the last day of a month is the snapshot that closes it, to the cent,
-- or to a billionth where a hundred thousand deals were each rounded once.
with

pipeline as (

    select * from {{ ref('kpi_pipeline') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

    where is_complete

),

closing_days as (

    select
        months.period_start as month_start,
        days.period_start as day_start

    from periods as months

    inner join periods as days
        on months.period_end = days.period_end

    where months.period_grain = 'month' and days.period_grain = 'day'

)

select
    monthly.period_start,
    monthly.dimension,
    monthly.dimension_id,
    monthly.open_deals,
    daily.open_deals as daily_open_deals,
    monthly.pipeline_value,
    daily.pipeline_value as daily_pipeline_value

from pipeline as monthly

inner join closing_days
    on monthly.period_start = closing_days.month_start

left join pipeline as daily
    on
        closing_days.day_start = daily.period_start
        and daily.period_grain = 'day'
        and monthly.dimension = daily.dimension
        and monthly.dimension_id = daily.dimension_id

where
    monthly.period_grain = 'month'
    and monthly.dimension = 'total'
    and (
        monthly.open_deals <> coalesce(daily.open_deals, 0)
        or abs(coalesce(monthly.pipeline_value, 0) - coalesce(daily.pipeline_value, 0))
        > greatest(0.01, monthly.pipeline_value * 1e-9)
        or abs(
            coalesce(monthly.weighted_pipeline_value, 0)
            - coalesce(daily.weighted_pipeline_value, 0)
        )
        > greatest(0.01, monthly.pipeline_value * 1e-9)
    )
