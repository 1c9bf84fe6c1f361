with

stage_deals as (

    select * from {{ ref('fct_stage_deals') }}

),

final as (

    select
        quarter_start,
        pipeline_id,
        stage_name,
        count(*) as decided_deals,
        count(*) filter (where is_won) as won_deals

    from stage_deals

    group by quarter_start, pipeline_id, stage_name

)

select * from final
