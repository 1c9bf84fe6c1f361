with

mapped_stages as (

    select * from {{ ref('crm_mapped_stages') }}

),

labels as (

    select * from {{ ref('stg_crm__stage_labels') }}

),

pipelines as (

    select * from {{ ref('crm_pipelines') }}

),

-- A log names no pipeline, so its stages may be those of any.
labels_of_pipelines as (

    select
        pipelines.pipeline_id,
        labels.stage,
        {{ stage_key('labels.stage') }} as stage_key,
        labels.pipeline_id is not null as is_recorded

    from labels

    inner join pipelines
        on coalesce(labels.pipeline_id, pipelines.pipeline_id) = pipelines.pipeline_id

    union all

    select
        pipeline_id,
        stage,
        stage_key,
        false as is_recorded

    from mapped_stages

),

written as (

    select
        pipeline_id,
        stage,
        stage_key,
        max(max(case when is_recorded then 1 else 0 end)) over (
            partition by pipeline_id, stage_key
        ) as is_recorded

    from labels_of_pipelines

    group by pipeline_id, stage, stage_key

),

-- Deals of an unmapped stage are open in one stage; one that only a log knows keeps its name.
final as (

    select
        written.pipeline_id,
        written.stage,
        case
            when mapped_stages.stage_key is not null then mapped_stages.stage_name
            when written.is_recorded = 1 then '{{ unmapped_stage() }}'
            else written.stage
        end as stage_name,
        mapped_stages.forecast_category,
        mapped_stages.stage_order,
        mapped_stages.default_probability,
        mapped_stages.stage_key is not null as is_mapped,
        coalesce(mapped_stages.is_closed, false) as is_closed,
        coalesce(mapped_stages.is_won, false) as is_won

    from written

    left join mapped_stages
        on
            written.pipeline_id = mapped_stages.pipeline_id
            and written.stage_key = mapped_stages.stage_key

)

select * from final
