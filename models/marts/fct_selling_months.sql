with

new_sellers as (

    select * from {{ ref('fct_new_sellers') }}

),

employment as (

    select * from {{ ref('fct_employment') }}

    where is_quota_carrying and not is_on_long_leave

),

dates as (

    select * from {{ ref('dim_dates') }}

),

calendar as (

    select * from {{ ref('crm_working_calendar') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

countries as (

    select distinct country from employment

),

-- Where no calendar says better, people work from Monday to Friday.
first_work_days as (

    select
        countries.country,
        dates.month_start_date as month_start,
        min(dates.date_day) as work_date

    from countries

    cross join dates

    left join calendar
        on countries.country = calendar.country and dates.date_day = calendar.calendar_date

    where coalesce(calendar.is_business_day, dates.date_day < dates.week_start_date + 5)

    group by countries.country, dates.month_start_date

),

-- A month is sold in by who is there on its first working day, and told once it is over.
final as (

    select
        new_sellers.user_id,
        employment.team_id,
        new_sellers.hired_on,
        cast(
            row_number() over (
                partition by new_sellers.user_id order by first_work_days.month_start
            ) as bigint
        ) as selling_month,
        first_work_days.month_start

    from new_sellers

    cross join settings

    inner join employment
        on new_sellers.user_id = employment.user_id

    inner join first_work_days
        on
            employment.country is not distinct from first_work_days.country
            and employment.valid_from <= first_work_days.work_date
            and {{ open_end('employment.valid_to') }} > first_work_days.work_date

    where
        {{ dbt.dateadd('month', 1, 'first_work_days.month_start') }} <= settings.snapshot_date

)

select * from final
