with

due_deals as (

    select * from {{ ref('kpi_coverage_due_deals') }}

),

bridge_members as (

    select * from {{ ref('bridge_opportunity_members') }}

    where dimension = 'product_family'

),

by_scope as (

    select due_deals.*, 'total' as dimension, 'all' as dimension_id from due_deals

    union all

    select due_deals.*, 'region', region_id from due_deals

    union all

    select due_deals.*, 'segment', segment_id from due_deals

    union all

    select due_deals.*, 'pipeline', pipeline_id from due_deals

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
        due_deals.period_grain,
        due_deals.period_start,
        due_deals.owner_id,
        bridge_members.dimension,
        bridge_members.dimension_id,
        due_deals.is_opening,
        due_deals.is_now,
        {{ multiply_money('due_deals.amount_plan', 'bridge_members.amount_share') }}
    from due_deals
    inner join bridge_members
        on due_deals.opportunity_id = bridge_members.opportunity_id

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
