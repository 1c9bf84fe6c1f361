with

rep_days as (

    select * from {{ ref('fct_rep_days') }}

),

activities as (

    select * from {{ ref('fct_activities') }}

    where is_call or is_sent_email or is_held_meeting

),

logged_time as (

    select * from {{ ref('fct_logged_time') }}

),

employment as (

    select * from {{ ref('fct_employment') }}

    where is_quota_carrying

),

coverage as (

    select * from {{ ref('dim_input_coverage') }}

    where table_name = 'activities'

),

-- Working days say how much could be done, activities and their time what was, on whatever day.
done as (

    select
        user_id as owner_id,
        work_date,
        1 as rep_days,
        case when is_logged then 1 else 0 end as logged_days,
        0 as completed_activities,
        0 as timed_activities,
        0 as selling_seconds,
        0 as logged_seconds

    from rep_days

    union all

    select owner_id, activity_date, 0, 0, 1, 0, 0, 0 from activities

    union all

    select
        owner_id,
        work_date,
        0,
        0,
        0,
        1,
        case when is_selling then logged_seconds else 0 end,
        logged_seconds

    from logged_time

),

-- Of sellers with a quota alone, and not before anything could be logged.
final as (

    select
        done.*,
        employment.team_id,
        employment.region_id

    from done

    inner join employment
        on
            done.owner_id = employment.user_id
            and done.work_date >= employment.valid_from
            and done.work_date < {{ open_end('employment.valid_to') }}

    inner join coverage
        on done.work_date >= coverage.covered_from

)

select * from final
