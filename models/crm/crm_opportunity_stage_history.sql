with

stage_history as (

    select * from {{ ref('stg_crm__opportunity_stage_history') }}

    where reject_reason is null

),

final as (

    select
        opportunity_id,
        stage,
        entered_by,
        entered_at

    from stage_history

)

select * from final
