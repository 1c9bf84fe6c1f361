-- Which call held at the end of each week of a quarter.
with

forecasts as (

    select * from {{ ref('fct_forecasts') }}

    where is_in_use and dimension = 'total' and amount_plan is not null

),

settings as (

    select * from {{ ref('dim_settings') }}

),

weeks as (

    select * from {{ ref('dim_quarter_weeks') }}

),

-- Of a week without a call the last one before it holds, and is stale.
final as (

    select
        forecasts.forecast_level,
        forecasts.submitter_id,
        forecasts.team_id,
        forecasts.category,
        forecasts.period_start,
        forecasts.period_end,
        weeks.week_of_quarter,
        weeks.week_end,
        forecasts.submitted_at < {{ to_instant('weeks.week_start', 'settings.reporting_tz') }}
            as is_stale,
        forecasts.amount_plan as forecast_plan,
        case
            when forecasts.forecast_level = 'rep' then forecasts.submitter_id
            else forecasts.team_id
        end as booker_id

    from forecasts

    cross join settings

    inner join weeks
        on
            forecasts.period_start = weeks.period_start
            and forecasts.period_end = weeks.period_end

    where
        forecasts.submitted_at < {{ to_instant('weeks.week_end', 'settings.reporting_tz') }}
        and coalesce(
            forecasts.superseded_at
            >= {{ to_instant('weeks.week_end', 'settings.reporting_tz') }},
            true
        )

)

select * from final
