with

sellers as (

    select * from {{ ref('kpi_coverage_sellers') }}

),

-- What a period opened with is its first team's; what is measured is the team's of that day.
moments as (

    select
        period_grain,
        period_start,
        user_id as owner_id,
        team_id,
        team_date,
        opening_deals,
        opening_quota,
        opening_in_period,
        0 as due_deals,
        cast(null as decimal(38, 4)) as open_in_period,
        cast(null as decimal(38, 4)) as quota_plan,
        cast(null as decimal(38, 4)) as won_to_date

    from sellers

    where dimension = 'total'

    union all

    select
        period_grain,
        period_start,
        user_id,
        measured_team_id,
        measured_team_date,
        0,
        null,
        null,
        due_deals,
        open_in_period,
        quota_plan,
        won_to_date

    from sellers

    where dimension = 'total'

),

by_seller as (

    {{ sliced(
        rows='moments',
        team_date='team_date',
        attributes=['rep'],
        counts=['opening_deals', 'due_deals'],
        amounts=[
            'opening_quota', 'opening_in_period', 'open_in_period', 'quota_plan', 'won_to_date'
        ],
    ) }}

),

final as (

    select * from by_seller

    union all

    select
        period_grain,
        period_start,
        dimension,
        dimension_id,
        cast(sum(opening_deals) as bigint) as opening_deals,
        cast(sum(due_deals) as bigint) as due_deals,
        cast(sum(opening_quota) as decimal(38, 4)) as opening_quota,
        cast(sum(opening_in_period) as decimal(38, 4)) as opening_in_period,
        cast(sum(open_in_period) as decimal(38, 4)) as open_in_period,
        cast(sum(quota_plan) as decimal(38, 4)) as quota_plan,
        cast(sum(won_to_date) as decimal(38, 4)) as won_to_date

    from sellers

    where dimension <> 'total'

    group by period_grain, period_start, dimension, dimension_id

)

select * from final
