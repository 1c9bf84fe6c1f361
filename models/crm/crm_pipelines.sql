with

pipelines as (

    select * from {{ ref('stg_crm__pipelines') }}

    where reject_reason is null

),

deal_pipelines as (

    select distinct pipeline_id

    from {{ ref('stg_crm__opportunities') }}

    where reject_reason is null

),

final as (

    select
        coalesce(pipelines.pipeline_id, deal_pipelines.pipeline_id) as pipeline_id,
        coalesce(
            pipelines.pipeline_name,
            pipelines.pipeline_id,
            deal_pipelines.pipeline_id
        ) as pipeline_name,
        coalesce(pipelines.is_excluded, false) as is_excluded

    from pipelines

    full outer join deal_pipelines
        on pipelines.pipeline_id = deal_pipelines.pipeline_id

)

select * from final
