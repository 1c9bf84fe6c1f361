with

participants as (

    select * from {{ ref('stg_crm__activity_participants') }}

    where reject_reason is null

),

final as (

    select
        activity_id,
        participant_id,
        participant_type,
        is_external,
        is_attended

    from participants

)

select * from final
