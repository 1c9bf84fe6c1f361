with

closure as (

    select * from {{ ref('crm_team_closure') }}

),

final as (

    select
        ancestor_team_id,
        team_id,
        depth,
        valid_from,
        valid_to

    from closure

)

select * from final
