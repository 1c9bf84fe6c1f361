with

calls as (

    select * from {{ ref('fct_forecasts') }}

    where forecast_level = 'rep' and (is_call or is_latest)

),

periods as (

    select * from {{ ref('dim_periods') }}

    where period_grain not in ('day', 'week') and future_index <= 4

),

-- A finished period is seen with the call of its first week; a running or coming one with the last.
seen as (

    select
        periods.period_grain,
        periods.period_start,
        periods.is_complete,
        periods.measured_date,
        calls.submitter_id,
        calls.team_id,
        calls.team_date,
        calls.team_id_now,
        calls.dimension,
        calls.dimension_id,
        calls.period_start as forecast_start,
        calls.period_end as forecast_end,
        calls.amount_plan

    from calls

    inner join periods
        on
            calls.period_start >= periods.period_start
            and calls.period_end <= periods.period_end
            and case when periods.is_complete then calls.is_call else calls.is_latest end

),

-- What a period opened with is the first team's; what is left to do is that of the team of now.
final as (

    select
        period_grain,
        period_start,
        is_complete,
        submitter_id,
        case
            when is_complete
                then
                    first_value(team_id) over (
                        partition by period_grain, period_start, submitter_id
                        order by forecast_start, dimension, dimension_id
                    )
            else team_id_now
        end as team_id,
        case
            when is_complete
                then
                    first_value(team_date) over (
                        partition by period_grain, period_start, submitter_id
                        order by forecast_start, dimension, dimension_id
                    )
            else measured_date
        end as team_date,
        dimension,
        dimension_id,
        forecast_start,
        forecast_end,
        amount_plan as forecast_plan

    from seen

)

select * from final
