-- A goal for the value of won deals, of one person or one team, is a quota for each of its
-- intervals; one without an end goes on to the end of the year of the last deal.
with

last_days as (

    select
        cast(
            date_trunc('year', max(try_cast(left(
                greatest(add_time, coalesce(expected_close_date, add_time)), 10
            ) as date))) + interval 1 year - interval 1 day as date
        ) as last_day

    from deal

),

goals as (

    select
        json_extract_string(assignee, '$.type') as assignee_type,
        json_extract_string(assignee, '$.id') as assignee_id,
        json_extract_string(expected_outcome, '$.target') as target,
        json_extract_string(expected_outcome, '$.currency_id') as currency_id,
        try_cast(json_extract_string(duration, '$.start') as date) as first_day,
        try_cast(json_extract_string(duration, '$.end') as date) as last_day,
        try_cast(json_extract_string(type, '$.params.pipeline_id') as varchar[]) as pipelines,
        case interval
            when 'weekly' then interval 7 day
            when 'monthly' then interval 1 month
            when 'quarterly' then interval 3 month
            when 'yearly' then interval 1 year
        end as step

    from goal
    where
        json_extract_string(type, '$.name') = 'deals_won'
        and json_extract_string(expected_outcome, '$.tracking_metric') = 'sum'
        and json_extract_string(assignee, '$.type') in ('person', 'team')

),

periods as (

    select
        goals.*,
        unnest(generate_series(
            cast(goals.first_day as timestamp),
            cast(coalesce(goals.last_day, last_days.last_day) as timestamp),
            goals.step
        )) as period_start

    from goals
    cross join last_days

)

select
    case when periods.assignee_type = 'person' then periods.assignee_id end as user_id,
    case when periods.assignee_type = 'team' then periods.assignee_id end as team_id,
    cast(periods.period_start as date) as period_start,
    cast(periods.period_start + periods.step as date) as period_end,
    case when len(periods.pipelines) = 1 then periods.pipelines[1] end as pipeline_id,
    periods.target as amount,
    currency.code as currency

from periods
left join currency on periods.currency_id = currency.id
