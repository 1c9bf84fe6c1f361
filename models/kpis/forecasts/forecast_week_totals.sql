-- What was called and what was booked in each week of a quarter, by caller and by level.
with

weeks as (

    select * from {{ ref('forecast_weeks') }}

),

results as (

    select * from {{ ref('forecast_results') }}

    where dimension = 'total'

),

commits as (

    select * from {{ ref('fct_open_commits') }}

),

settings as (

    select * from {{ ref('dim_settings') }}

),

-- A result is known once its quarter is over, and settled a few days later.
held as (

    select
        weeks.*,
        case when weeks.period_end <= settings.as_of_date then results.booked_plan end
            as booked_plan,
        weeks.period_end + settings.forecast_settling_days <= settings.as_of_date as is_settled,
        -- Deals have sellers; what a manager's team had open is that of its sellers.
        case when weeks.forecast_level = 'rep' then coalesce(commits.open_plan, 0) end
            as open_commit

    from weeks

    cross join settings

    inner join results
        on
            weeks.forecast_level = results.forecast_level
            and weeks.submitter_id = results.submitter_id
            and weeks.team_id = results.team_id
            and weeks.period_start = results.period_start
            and weeks.period_end = results.period_end

    left join commits
        on
            weeks.submitter_id = commits.owner_id
            and weeks.week_end = commits.week_end
            and weeks.period_start = commits.period_start
            and weeks.period_end = commits.period_end

),

-- Each caller, and all callers of a level together; levels are never added up.
final as (

    select
        period_start as quarter_start,
        period_end as quarter_end,
        week_of_quarter,
        week_end,
        forecast_level,
        category,
        case when grouping(submitter_id) = 0 then submitter_id else 'all' end as submitter_id,
        count(*) as called_units,
        count(case when is_stale then 1 end) as stale_units,
        cast(sum(forecast_plan) as decimal(38, 4)) as forecast_plan,
        cast(sum(won_to_date) as decimal(38, 4)) as won_to_date,
        cast(sum(booked_plan) as decimal(38, 4)) as booked_plan,
        cast(sum(abs(booked_plan)) as decimal(38, 4)) as absolute_booked_plan,
        cast(sum(abs(forecast_plan - booked_plan)) as decimal(38, 4)) as error_plan,
        is_settled,
        cast(sum(open_commit) as decimal(38, 4)) as open_commit

    from held

    group by
        grouping sets (
            (
                period_start, period_end, week_of_quarter, week_end,
                forecast_level, category, is_settled
            ),
            (
                period_start, period_end, week_of_quarter, week_end,
                forecast_level, category, is_settled, submitter_id
            )
        )

)

select * from final
