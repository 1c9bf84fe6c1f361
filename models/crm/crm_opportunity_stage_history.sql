with

stage_history as (

    select * from {{ ref('stg_crm__opportunity_stage_history') }}

    where reject_reason is null

),

final as (

    select
        opportunity_id,
        lag(stage) over (
            partition by opportunity_id order by entered_at, stage
        ) as previous_stage,
        stage,
        entered_by,
        entered_at

    from stage_history

)

select * from final
