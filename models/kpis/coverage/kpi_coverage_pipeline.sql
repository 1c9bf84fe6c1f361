with

snapshots as (

    select * from {{ ref('fct_pipeline_snapshots') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

    where period_grain not in ('day', 'week') and future_index <= 4

),

settings as (

    select * from {{ ref('dim_settings') }}

),

bridge_members as (

    select * from {{ ref('bridge_opportunity_members') }}

    where dimension = 'product_family'

),

-- An overdue date inside the period still counts; one before its start is not its business.
due_in_period as (

    select
        snapshots.opportunity_id,
        snapshots.owner_id,
        snapshots.region_id,
        snapshots.segment_id,
        snapshots.pipeline_id,
        snapshots.amount_plan,
        periods.period_grain,
        periods.period_start,
        snapshots.snapshot_date = periods.period_start as is_opening,
        snapshots.snapshot_date = settings.snapshot_date as is_now

    from snapshots

    cross join settings

    inner join periods
        on
            snapshots.expected_close_date >= periods.period_start
            and snapshots.expected_close_date < periods.period_end

    where
        snapshots.snapshot_date = periods.period_start
        or snapshots.snapshot_date = settings.snapshot_date

),

by_scope as (

    select *, 'total' as dimension, 'all' as dimension_id from due_in_period

    union all

    select *, 'region', region_id from due_in_period

    union all

    select *, 'segment', segment_id from due_in_period

    union all

    select *, 'pipeline', pipeline_id from due_in_period

),

shared as (

    select
        period_grain,
        period_start,
        owner_id,
        dimension,
        dimension_id,
        is_opening,
        is_now,
        amount_plan
    from by_scope

    union all

    select
        due_in_period.period_grain,
        due_in_period.period_start,
        due_in_period.owner_id,
        bridge_members.dimension,
        bridge_members.dimension_id,
        due_in_period.is_opening,
        due_in_period.is_now,
        {{ multiply_money('due_in_period.amount_plan', 'bridge_members.amount_share') }}
    from due_in_period
    inner join bridge_members
        on due_in_period.opportunity_id = bridge_members.opportunity_id

),

final as (

    select
        period_grain,
        period_start,
        owner_id as user_id,
        dimension,
        dimension_id,
        count(*) filter (where is_opening) as opening_deals,
        count(*) filter (where is_now) as open_now_deals,
        cast(sum(amount_plan) filter (where is_opening) as decimal(38, 4)) as opening_plan,
        cast(sum(amount_plan) filter (where is_now) as decimal(38, 4)) as open_now_plan

    from shared

    group by period_grain, period_start, owner_id, dimension, dimension_id

)

select * from final
