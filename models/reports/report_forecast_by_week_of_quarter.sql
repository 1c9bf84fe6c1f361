-- How good was the call in each week of a quarter, and who is biased?
with

summed as (

    select * from {{ ref('forecast_week_totals') }}

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
