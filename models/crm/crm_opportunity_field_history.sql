with

field_history as (

    select * from {{ ref('stg_crm__opportunity_field_history') }}

    where reject_reason is null

),

final as (

    select
        event_id,
        opportunity_id,
        field_name,
        old_value,
        new_value,
        changed_by,
        changed_at

    from field_history

)

select * from final
