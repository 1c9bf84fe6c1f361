with

due_forecasts as (

    select
        user_id as owner_id,
        team_id,
        deadline_date,
        1 as due_forecasts,
        case when is_on_time then 1 else 0 end as timely_forecasts

    from {{ ref('fct_forecast_deadlines') }}

),

measured as (

    {{ measured(
        'due_forecasts',
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
