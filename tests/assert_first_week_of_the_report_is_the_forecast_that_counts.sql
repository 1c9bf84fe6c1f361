-- Where forecasts are held against results after one week, the first week of a quarter in the
-- report by week is what the KPIs of the quarter say of all sellers, and calls of callers add up to
-- those of their level in every week.
with

report as (

    select * from {{ ref('report_forecast_by_week_of_quarter') }}

),

settings as (

    select * from {{ ref('dim_settings') }}

),

scores as (

    select * from {{ ref('kpi_forecasts') }}

    where period_grain = 'quarter' and dimension = 'total'

),

callers as (

    select
        quarter_start,
        quarter_end,
        week_of_quarter,
        forecast_level,
        category,
        sum(forecast_plan) as forecast_plan,
        sum(won_to_date) as won_to_date,
        sum(booked_plan) as booked_plan

    from report

    where submitter_id <> 'all'

    group by quarter_start, quarter_end, week_of_quarter, forecast_level, category

)

select
    report.quarter_start,
    report.week_of_quarter,
    report.forecast_level,
    report.category

from report

cross join settings

left join callers
    on
        report.quarter_start = callers.quarter_start
        and report.quarter_end = callers.quarter_end
        and report.week_of_quarter = callers.week_of_quarter
        and report.forecast_level = callers.forecast_level
        and report.category = callers.category

left join scores
    on
        report.quarter_start = scores.period_start
        and report.forecast_level = scores.forecast_level
        and report.week_of_quarter = 1
        and report.category = settings.forecast_category_for_accuracy
        and settings.forecast_snapshot_offset_days = 7
        -- Shorter forecasts of the quarter count in the KPI and not in the report.
        and report.called_units = scores.called_units

where
    report.submitter_id = 'all'
    and (
        report.forecast_plan is distinct from callers.forecast_plan
        or report.won_to_date is distinct from callers.won_to_date
        or report.booked_plan is distinct from callers.booked_plan
        or report.forecast_plan <> scores.call_plan
        or report.booked_plan <> scores.booked_plan
        or report.error_plan <> scores.error_plan
    )
