-- Deals due in a period, once in the whole and in each slice that a quota or forecast may be for.
with

due_deals as (

    select * from {{ ref('kpi_coverage_due_deals') }}

),

bridge_members as (

    select * from {{ ref('bridge_opportunity_members') }}

    where dimension = 'product_family'

),

final as (

    {% for scope in ['total', 'region', 'segment', 'pipeline'] -%}
    select
        period_grain,
        period_start,
        owner_id,
        '{{ scope }}' as dimension,
        {{ "'all'" if scope == 'total' else scope ~ '_id' }} as dimension_id,
        expected_close_date,
        is_opening,
        is_now,
        amount_plan

    from due_deals

    union all

    {% endfor -%}
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
            as amount_plan

    from due_deals

    inner join bridge_members
        on due_deals.opportunity_id = bridge_members.opportunity_id

)

select * from final
