with

objectives as (

    select * from {{ ref('crm_objectives') }}

),

final as (

    select
        objective_id,
        coalesce(objective_name, objective_id) as objective_name,
        owner_id,
        parent_objective_id,
        start_date,
        end_date

    from objectives

)

select * from final
