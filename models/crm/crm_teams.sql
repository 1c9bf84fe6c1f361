with

teams as (

    select * from {{ ref('stg_crm__teams') }}

    where reject_reason is null

),

final as (

    select
        team_id,
        parent_team_id,
        manager_id,
        team_name

    from teams

)

select * from final
