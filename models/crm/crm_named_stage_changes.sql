with

stage_events as (

    select * from {{ ref('crm_opportunity_events') }}

    where field_name = 'stage' and new_value is not null

),

opportunities as (

    select * from {{ ref('crm_opportunities') }}

),

stages as (

    select * from {{ ref('crm_stages') }}

),

final as (

    select
        stage_events.opportunity_id,
        coalesce(new_stages.stage_name, stage_events.new_value) as stage_name,
        coalesce(old_stages.stage_name, stage_events.old_value) as old_stage_name,
        stage_events.change_number,
        stage_events.changed_at

    from stage_events

    inner join opportunities
        on stage_events.opportunity_id = opportunities.opportunity_id

    left join stages as new_stages
        on
            opportunities.pipeline_id = new_stages.pipeline_id
            and stage_events.new_value = new_stages.stage

    left join stages as old_stages
        on
            opportunities.pipeline_id = old_stages.pipeline_id
            and stage_events.old_value = old_stages.stage

)

select * from final
