with

stage_history as (

    select * from {{ ref('crm_opportunity_stage_history') }}

),

opportunities as (

    select * from {{ ref('crm_opportunities') }}

),

opportunity_values as (

    select * from {{ ref('crm_opportunity_values') }}

),

stages as (

    select * from {{ ref('crm_stages') }}

),

final as (

    select distinct
        'unmapped_stage' as finding,
        'opportunity_stage_history' as table_name,
        'stage' as column_name,
        stage_history.opportunity_id as record_id,
        opportunity_values.amount_at_stake

    from stage_history

    inner join opportunities
        on stage_history.opportunity_id = opportunities.opportunity_id

    inner join opportunity_values
        on stage_history.opportunity_id = opportunity_values.opportunity_id

    left join stages
        on
            opportunities.pipeline_id = stages.pipeline_id
            and stage_history.stage = stages.stage

    where not coalesce(stages.is_mapped, false)

)

select * from final
