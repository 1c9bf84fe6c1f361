with

pipelines as (

    select * from {{ ref('crm_pipelines') }}

),

final as (

    select
        pipeline_id,
        pipeline_name,
        is_excluded

    from pipelines

)

select * from final
