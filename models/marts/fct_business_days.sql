with

employment as (

    select * from {{ ref('fct_employment') }}

    where is_quota_carrying and not is_on_leave

),

dates as (

    select * from {{ ref('dim_dates') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

covered as (

    select min(covered_from) as covered_from from {{ ref('dim_input_coverage') }}

),

calendar as (

    select * from {{ ref('crm_working_calendar') }}

),

-- Where no calendar says better, people work from Monday to Friday.
final as (

    select
        employment.user_id,
        employment.team_id,
        employment.region_id,
        dates.date_day as work_date

    from dates

    cross join settings

    cross join covered

    inner join employment
        on
            dates.date_day >= employment.valid_from
            and dates.date_day < {{ open_end('employment.valid_to') }}

    left join calendar
        on employment.country = calendar.country and dates.date_day = calendar.calendar_date

    where
        dates.date_day >= covered.covered_from
        and dates.date_day < settings.snapshot_date
        and coalesce(calendar.is_business_day, dates.date_day < dates.week_start_date + 5)

)

select * from final
