with

measured as (

    {{ measured(
        ref('due_forecasts'),
        date='deadline_date',
        attributes=['rep'],
        counts=['due_forecasts', 'timely_forecasts'],
    ) }}

),

final as (

    select
        *,
        timely_forecasts / cast(nullif(due_forecasts, 0) as double) as forecast_submission_rate

    from measured

)

select * from final
