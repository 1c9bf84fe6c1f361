with

pipelines as (

    select * from {{ ref('crm_pipelines') }}

),

{% set columns -%}
    pipeline_id,
        stage,
        stage_name,
        cast(stage_order as bigint) as stage_order,
        is_closed,
        is_won,
        forecast_category,
        default_probability
{%- endset %}
all_stages as (

    select
        1 as precedence,
        {{ columns }}

    from {{ ref('stg_crm__stages') }}

    where reject_reason is null

    union all

    select
        2 as precedence,
        {{ columns }}

    from {{ ref('stage_mapping') }}

),

-- A delivered stage wins over the mapping seed, a pipeline's own row over one for every pipeline.
ranked_stages as (

    select
        pipelines.pipeline_id,
        {{ stage_key('all_stages.stage') }} as stage_key,
        all_stages.stage,
        all_stages.stage_name,
        all_stages.stage_order,
        all_stages.is_closed,
        all_stages.is_won,
        all_stages.forecast_category,
        all_stages.default_probability,
        row_number() over (
            partition by pipelines.pipeline_id, {{ stage_key('all_stages.stage') }}
            order by
                all_stages.precedence,
                all_stages.pipeline_id nulls last,
                all_stages.stage_order nulls last
        ) as choice

    from all_stages

    inner join pipelines
        on coalesce(all_stages.pipeline_id, pipelines.pipeline_id) = pipelines.pipeline_id

),

final as (

    select
        pipeline_id,
        stage_key,
        stage,
        stage_name,
        forecast_category,
        stage_order,
        -- A chance below 0 or above 1 is an error of entry; what was meant is not known.
        case
            when default_probability >= 0 and default_probability <= 1
                then cast(default_probability as double)
        end as default_probability,
        is_closed,
        is_won

    from ranked_stages

    where choice = 1

)

select * from final
