with

stages as (

    select * from {{ ref('crm_stages') }}

),

-- Labels of a stage are one stage.
final as (

    select
        pipeline_id,
        stage_name as stage,
        min(stage_order) as stage_order,
        min(forecast_category) as forecast_category,
        max(is_closed) as is_closed,
        max(is_won) as is_won

    from stages

    group by pipeline_id, stage_name

)

select * from final
