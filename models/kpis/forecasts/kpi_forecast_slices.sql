with

judged as (

    select * from {{ ref('judged_calls') }}

),

whole as (

    select * from judged where scope = 'total'

),

by_seller as (

    {{ sliced(
        rows='whole',
        team_date='team_date',
        attributes=['rep'],
        keys=['period_grain', 'period_start', 'forecast_level'],
        counts=['called_units', 'sized_units'],
        amounts=['call_plan', 'booked_plan', 'absolute_booked_plan', 'error_plan'],
        statistics={'relative_error': 'sum(relative_error)'},
    ) }}

),

final as (

    select * from by_seller

    union all

    select
        period_grain,
        period_start,
        forecast_level,
        scope as dimension,
        scope_id as dimension_id,
        cast(sum(called_units) as bigint) as called_units,
        cast(sum(sized_units) as bigint) as sized_units,
        cast(sum(call_plan) as decimal(38, 4)) as call_plan,
        cast(sum(booked_plan) as decimal(38, 4)) as booked_plan,
        cast(sum(absolute_booked_plan) as decimal(38, 4)) as absolute_booked_plan,
        cast(sum(error_plan) as decimal(38, 4)) as error_plan,
        sum(relative_error) as relative_error

    from judged

    where scope <> 'total'

    group by period_grain, period_start, forecast_level, scope, scope_id

)

select * from final
