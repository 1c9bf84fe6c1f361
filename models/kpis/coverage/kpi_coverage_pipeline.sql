with

due_deals as (

    select * from {{ ref('kpi_coverage_due_deals') }}

),

bridge_members as (

    select * from {{ ref('bridge_opportunity_members') }}

    where dimension = 'product_family'

),

quota_periods as (

    select * from {{ ref('fct_quota_periods') }}

    where quota_level = 'rep'

),

by_scope as (

    select due_deals.*, 'total' as dimension, 'all' as dimension_id from due_deals
    {% for scope in ['region', 'segment', 'pipeline'] %}
    union all

    select due_deals.*, '{{ scope }}', {{ scope }}_id from due_deals
    {% endfor %}
),

shared as (

    select
        period_grain,
        period_start,
        owner_id,
        dimension,
        dimension_id,
        expected_close_date,
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
        due_deals.expected_close_date,
        due_deals.is_opening,
        due_deals.is_now,
        {{ multiply_money('due_deals.amount_plan', 'bridge_members.amount_share') }}
    from due_deals
    inner join bridge_members
        on due_deals.opportunity_id = bridge_members.opportunity_id

),

-- A quota is covered by what is due on its own days.
final as (

    select
        shared.period_grain,
        shared.period_start,
        shared.owner_id as user_id,
        shared.dimension,
        shared.dimension_id,
        count(*) filter (where shared.is_opening) as opening_deals,
        count(*) filter (where shared.is_now) as open_now_deals,
        cast(sum(shared.amount_plan) filter (where shared.is_opening) as decimal(38, 4))
            as opening_plan,
        cast(sum(shared.amount_plan) filter (where shared.is_now) as decimal(38, 4))
            as open_now_plan

    from shared

    inner join quota_periods
        on
            shared.period_grain = quota_periods.period_grain
            and shared.period_start = quota_periods.period_start
            and shared.owner_id = quota_periods.user_id
            and shared.dimension = quota_periods.dimension
            and shared.dimension_id = quota_periods.dimension_id
            and shared.expected_close_date >= quota_periods.quota_start
            and shared.expected_close_date < quota_periods.quota_end

    group by 1, 2, 3, 4, 5

)

select * from final
