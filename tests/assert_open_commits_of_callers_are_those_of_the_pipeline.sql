-- D03: where a week ends on the first of a month, what the sellers had open in commit is what the
-- snapshot of that midnight holds, deal by deal.
with

commits as (

    select
        week_end,
        period_start,
        period_end,
        cast(sum(open_deals) as bigint) as open_deals

    from {{ ref('fct_open_commits') }}

    group by week_end, period_start, period_end

),

snapshots as (

    select * from {{ ref('fct_pipeline_snapshots') }}

),

stages as (

    select * from {{ ref('dim_stages') }} where forecast_category = 'commit'

),

counted as (

    select
        commits.week_end,
        commits.period_start,
        commits.period_end,
        commits.open_deals,
        count(stages.stage) as snapshot_deals

    from commits

    inner join snapshots
        on commits.week_end = snapshots.snapshot_date

    left join stages
        on
            snapshots.pipeline_id = stages.pipeline_id
            and snapshots.stage = stages.stage
            and commits.period_start <= snapshots.expected_close_date
            and commits.period_end > snapshots.expected_close_date

    group by commits.week_end, commits.period_start, commits.period_end, commits.open_deals

)

select * from counted where open_deals <> snapshot_deals
