-- What was called before the deadline against what came of it.
with

calls as (

    select * from {{ ref('fct_forecasts') }}

    where is_call

),

results as (

    select * from {{ ref('forecast_results') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

    where period_grain not in ('day', 'week') and is_started

),

-- A forecast counts in every period that holds it whole; it is never split down.
final as (

    select
        periods.period_grain,
        periods.period_start,
        calls.forecast_level,
        calls.submitter_id as owner_id,
        calls.team_id,
        calls.team_date,
        calls.dimension as scope,
        calls.dimension_id as scope_id,
        1 as called_units,
        case when results.booked_plan > 0 then 1 else 0 end as sized_units,
        calls.amount_plan as call_plan,
        results.booked_plan,
        abs(results.booked_plan) as absolute_booked_plan,
        abs(calls.amount_plan - results.booked_plan) as error_plan,
        case
            when results.booked_plan > 0
                then
                    cast(abs(calls.amount_plan - results.booked_plan) as double)
                    / cast(results.booked_plan as double)
            else 0
        end as relative_error

    from calls

    inner join results
        on
            calls.forecast_level = results.forecast_level
            and calls.submitter_id = results.submitter_id
            and calls.team_id = results.team_id
            and calls.dimension = results.dimension
            and calls.dimension_id = results.dimension_id
            and calls.period_start = results.period_start
            and calls.period_end = results.period_end

    inner join periods
        on
            calls.period_start >= periods.period_start
            and calls.period_end <= periods.period_end

)

select * from final
