with

team_memberships as (

    select * from {{ ref('stg_crm__team_memberships') }}

    where reject_reason is null

),

final as (

    select
        user_id,
        team_id,
        is_primary,
        valid_from,
        valid_to

    from team_memberships

)

select * from final
