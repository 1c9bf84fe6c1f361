with

custom_fields as (

    select * from {{ ref('stg_crm__opportunity_custom_fields') }}

    where reject_reason is null

),

final as (

    select
        opportunity_id,
        field,
        value

    from custom_fields

)

select * from final
