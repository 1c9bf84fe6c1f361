-- How good was the call in each week of a quarter, and who is biased?
with

weeks as (

    select * from {{ ref('forecast_weeks') }}

),

results as (

    select * from {{ ref('forecast_results') }}

    where dimension = 'total'

),

settings as (

    select * from {{ ref('dim_settings') }}

),

-- A result is known once its quarter is over, and settled a few days later.
held as (

    select
        weeks.*,
        case when weeks.period_end <= settings.as_of_date then results.booked_plan end
            as booked_plan,
        weeks.period_end + settings.forecast_settling_days <= settings.as_of_date as is_settled

    from weeks

    cross join settings

    inner join results
        on
            weeks.forecast_level = results.forecast_level
            and weeks.submitter_id = results.submitter_id
            and weeks.team_id = results.team_id
            and weeks.period_start = results.period_start
            and weeks.period_end = results.period_end

),

-- Each caller, and all callers of a level together; levels are never added up.
summed as (

    select
        period_start as quarter_start,
        period_end as quarter_end,
        week_of_quarter,
        week_end,
        forecast_level,
        category,
        case when grouping(submitter_id) = 0 then submitter_id else 'all' end as submitter_id,
        count(*) as called_units,
        count(case when is_stale then 1 end) as stale_units,
        cast(sum(forecast_plan) as decimal(38, 4)) as forecast_plan,
        cast(sum(won_to_date) as decimal(38, 4)) as won_to_date,
        cast(sum(booked_plan) as decimal(38, 4)) as booked_plan,
        cast(sum(abs(booked_plan)) as decimal(38, 4)) as absolute_booked_plan,
        cast(sum(abs(forecast_plan - booked_plan)) as decimal(38, 4)) as error_plan,
        is_settled

    from held

    group by
        grouping sets (
            (
                period_start, period_end, week_of_quarter, week_end,
                forecast_level, category, is_settled
            ),
            (
                period_start, period_end, week_of_quarter, week_end,
                forecast_level, category, is_settled, submitter_id
            )
        )

),

-- The naive baseline: what is won, and what four quarters on average won from that week on.
compared as (

    select
        *,
        case
            when count(booked_plan) over earlier_quarters = 4
                then
                    won_to_date
                    + cast(
                        avg(cast(booked_plan - won_to_date as double)) over earlier_quarters
                        as decimal(38, 4)
                    )
        end as baseline_plan

    from summed

    window
        earlier_quarters as (
            partition by week_of_quarter, forecast_level, category, submitter_id
            order by quarter_start
            rows between 4 preceding and 1 preceding
        )

),

final as (

    select
        *,
        cast(booked_plan - forecast_plan as decimal(38, 4)) as forecast_variance,
        1 - cast(abs(forecast_plan - booked_plan) as double)
        / cast(nullif(abs(booked_plan), 0) as double) as forecast_accuracy,
        cast(forecast_plan - booked_plan as double) / cast(nullif(booked_plan, 0) as double)
            as forecast_bias,
        cast(error_plan as double) / cast(nullif(absolute_booked_plan, 0) as double)
            as forecast_wape,
        1 - cast(abs(baseline_plan - booked_plan) as double)
        / cast(nullif(abs(booked_plan), 0) as double) as baseline_accuracy

    from compared

)

select * from final
