with

training_records as (

    select * from {{ ref('stg_crm__training_records') }}

    where reject_reason is null

),

final as (

    select
        record_id,
        user_id,
        coach_id,
        course,
        skill,
        score,
        started_at,
        completed_at

    from training_records

)

select * from final
