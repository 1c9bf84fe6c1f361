with

trainings as (

    select distinct user_id, course, completed_date from {{ ref('fct_trainings') }}

    where completed_date is not null and not is_coaching

),

employment as (

    select * from {{ ref('fct_employment') }}

    where is_quota_carrying

),

coverage as (

    select * from {{ ref('dim_input_coverage') }}

    where table_name = 'opportunities'

),

-- A day on which somebody completed a course is compared once as many days lie behind it as before.
sessions as (

    select distinct
        trainings.course,
        trainings.completed_date,
        trainings.completed_date - settings.training_window_days as window_start,
        trainings.completed_date + settings.training_window_days as window_end

    from trainings

    cross join {{ ref('dim_settings') }} as settings

    cross join coverage

    where
        trainings.completed_date - settings.training_window_days >= coverage.covered_from
        and trainings.completed_date + settings.training_window_days <= settings.snapshot_date

),

-- Peers are sellers of that day who by the end of the window had never completed the course.
sellers as (

    select
        sessions.course,
        sessions.completed_date,
        sessions.window_start,
        sessions.window_end,
        employment.user_id,
        employment.team_id,
        employment.region_id,
        max(case when trainings.completed_date = sessions.completed_date then 1 else 0 end)
            as is_trained,
        count(trainings.user_id) as completions

    from sessions

    inner join employment
        on
            sessions.completed_date >= employment.valid_from
            and sessions.completed_date < {{ open_end('employment.valid_to') }}

    left join trainings
        on
            employment.user_id = trainings.user_id
            and sessions.course = trainings.course
            and sessions.window_end > trainings.completed_date

    group by 1, 2, 3, 4, 5, 6, 7

),

final as (

    select
        course,
        completed_date,
        window_start,
        window_end,
        user_id,
        team_id,
        region_id,
        is_trained = 1 as is_trained

    from sellers

    where is_trained = 1 or completions = 0

)

select * from final
