with

objectives as (

    select * from {{ ref('stg_crm__objectives') }}

    where reject_reason is null

),

final as (

    select
        objective_id,
        owner_id,
        parent_objective_id,
        objective_name,
        start_date,
        end_date

    from objectives

)

select * from final
