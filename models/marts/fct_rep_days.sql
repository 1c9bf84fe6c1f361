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

leaves as (

    select * from {{ ref('crm_user_leave') }}

),

-- Whoever enters something uses the system; what a machine enters is nobody's use of it.
logged as (

    select
        booker_id as user_id,
        created_date as work_date

    from {{ ref('fct_activities') }}

    where not is_automated and not is_auto_reply

    union

    select
        changes.changed_by,
        {{ to_business_date('changes.changed_at', 'settings.reporting_tz') }}

    from {{ ref('crm_opportunity_field_history') }} as changes

    cross join settings

    where changes.changed_at < settings.as_of

),

-- Where no calendar says better, people work from Monday to Friday.
business_days as (

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

),

final as (

    select
        business_days.user_id,
        business_days.team_id,
        business_days.region_id,
        logged.user_id is not null as is_logged,
        business_days.work_date

    from business_days

    left join leaves
        on
            business_days.user_id = leaves.user_id
            and business_days.work_date >= leaves.start_date
            and business_days.work_date < {{ open_end('leaves.end_date') }}

    left join logged
        on business_days.user_id = logged.user_id and business_days.work_date = logged.work_date

    where leaves.user_id is null

)

select * from final
