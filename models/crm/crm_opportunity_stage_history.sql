with

stage_history as (

    select * from {{ ref('stg_crm__opportunity_stage_history') }}

    where reject_reason is null

),

opportunities as (

    select * from {{ ref('crm_opportunities') }}

),

stages as (

    select * from {{ ref('crm_stages') }}

),

placed as (

    select
        stage_history.*,
        case when stage_history.stage = opportunities.stage then 1 else 0 end as is_own_stage,
        coalesce(stages.stage_order, 0) as stage_order

    from stage_history

    left join opportunities
        on stage_history.opportunity_id = opportunities.opportunity_id

    left join stages
        on
            opportunities.pipeline_id = stages.pipeline_id
            and stage_history.stage = stages.stage

),

-- Of stages entered at one instant the deal's own stage came last, else the later one of its way.
final as (

    select
        opportunity_id,
        row_number() over by_entry as entry_number,
        lag(stage) over by_entry as previous_stage,
        stage,
        entered_by,
        entered_at

    from placed

    window by_entry as (
        partition by opportunity_id order by entered_at, is_own_stage, stage_order, stage
    )

)

select * from final
