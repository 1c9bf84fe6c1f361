with

deadlines as (

    select * from {{ ref('fct_forecast_deadlines') }}

),

final as (

    select
        user_id as owner_id,
        team_id,
        deadline_date,
        1 as due_forecasts,
        case when is_on_time then 1 else 0 end as timely_forecasts

    from deadlines

)

select * from final
