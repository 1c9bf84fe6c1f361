with

stages_of_pipelines as (

    select
        pipeline_id,
        list(
            {
                'stageId': stage,
                'label': stage_name,
                'displayOrder': stage_order - 1,
                'metadata': {
                    'isClosed': cast(is_closed as varchar),
                    'probability': cast(cast(default_probability as double) as varchar)
                }
            } order by stage_order
        ) as stages

    from stages
    group by pipeline_id

)

select
    pipelines.pipeline_id as "pipelineId",
    pipelines.pipeline_name as label,
    row_number() over (order by pipelines.pipeline_id) - 1 as "displayOrder",
    true as active,
    'DEAL' as "objectType",
    epoch_ms(timestamp '2023-01-01 00:00:00') as "updatedAt",
    stages_of_pipelines.stages

from pipelines
left join stages_of_pipelines on pipelines.pipeline_id = stages_of_pipelines.pipeline_id
