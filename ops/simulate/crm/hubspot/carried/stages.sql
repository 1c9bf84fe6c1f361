with

told as (

    select
        pipeline_id,
        stage

    from opportunities
    union
    select
        opportunities.pipeline_id,
        history.stage

    from opportunity_stage_history as history
    inner join opportunities on history.opportunity_id = opportunities.opportunity_id

)

select
    pipeline_of(pipeline_id) as pipeline_id,
    stage_of(pipeline_id, stage) as stage,
    stage as stage_name,
    row_number() over (
        partition by pipeline_id order by is_closed_stage(stage), chance_of(stage), stage
    ) as stage_order,
    is_closed_stage(stage) as is_closed,
    stage = 'Closed Won' as is_won,
    chance_of(stage) as default_probability

from told
