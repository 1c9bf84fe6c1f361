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

-- Of stages entered at one instant the deal's own stage came last, else the later one of its way.
numbered as (

    select
        stage_history.opportunity_id,
        stage_history.stage,
        stage_history.entered_by,
        stage_history.entered_at,
        row_number() over (
            partition by stage_history.opportunity_id
            order by
                stage_history.entered_at,
                case when stage_history.stage = opportunities.stage then 1 else 0 end,
                coalesce(stages.stage_order, 0),
                stage_history.stage
        ) as entry_number

    from stage_history

    left join opportunities
        on stage_history.opportunity_id = opportunities.opportunity_id

    left join stages
        on
            opportunities.pipeline_id = stages.pipeline_id
            and stage_history.stage = stages.stage

),

final as (

    select
        opportunity_id,
        entry_number,
        lag(stage) over (partition by opportunity_id order by entry_number) as previous_stage,
        stage,
        entered_by,
        entered_at

    from numbered

)

select * from final
