with

weeks as (

    select * from {{ ref('dim_periods') }}

    where period_grain = 'week' and is_complete

),

forecasts as (

    select * from {{ ref('fct_forecasts') }}

    where forecast_level = 'rep'

),

employment as (

    select * from {{ ref('fct_employment') }}

    where is_quota_carrying and not is_on_long_leave

),

settings as (

    select * from {{ ref('crm_settings') }}

),

first_calls as (

    select min(submitted_at) as submitted_at from forecasts

),

-- Forecasts are due every week, from the week of the first one on.
deadlines as (

    select
        weeks.period_end as deadline_date,
        {{ to_instant('weeks.period_start', 'settings.reporting_tz') }} as opens_at,
        {{ to_instant('weeks.period_end', 'settings.reporting_tz') }} as deadline_at

    from weeks

    cross join settings

    inner join first_calls
        on
            {{ to_instant('weeks.period_end', 'settings.reporting_tz') }}
            > first_calls.submitted_at

),

-- A call of a period that is over says nothing; one on the instant of the deadline is late.
timely as (

    select distinct
        forecasts.submitter_id,
        deadlines.deadline_date

    from forecasts

    cross join settings

    inner join deadlines
        on
            forecasts.submitted_at >= deadlines.opens_at
            and forecasts.submitted_at < deadlines.deadline_at
            and forecasts.submitted_at
            < {{ to_instant('forecasts.period_end', 'settings.reporting_tz') }}

),

final as (

    select
        employment.user_id,
        employment.team_id,
        deadlines.deadline_date,
        timely.submitter_id is not null as is_on_time

    from deadlines

    inner join employment
        on
            deadlines.deadline_date >= employment.valid_from
            and deadlines.deadline_date < {{ open_end('employment.valid_to') }}

    left join timely
        on
            employment.user_id = timely.submitter_id
            and deadlines.deadline_date = timely.deadline_date

)

select * from final
