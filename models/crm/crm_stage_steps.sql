with

-- A stage that nobody recorded is none that a deal entered, and neither is an untouched one.
changes as (

    select * from {{ ref('crm_opportunity_changes') }}

    where stage <> '' and stage <> '{{ unknown_open_stage() }}'

),

opportunities as (

    select * from {{ ref('crm_opportunities') }}

),

stages as (

    select * from {{ ref('crm_stages') }}

),

-- A stage without a mapping has no place in the order, and a closed one is no step on the way.
steps as (

    select
        changes.opportunity_id,
        stages.stage_name,
        stages.stage_order,
        changes.changed_date,
        changes.change_number

    from changes

    inner join opportunities
        on changes.opportunity_id = opportunities.opportunity_id

    inner join stages
        on opportunities.pipeline_id = stages.pipeline_id and changes.stage = stages.stage

    where stages.is_mapped and not stages.is_closed and stages.stage_order is not null

),

final as (

    select
        *,
        row_number() over (
            partition by opportunity_id, stage_name order by change_number
        ) as visit_number,
        max(stage_order) over (
            partition by opportunity_id
            order by change_number
            rows between current row and unbounded following
        ) as highest_order_after

    from steps

)

select * from final
