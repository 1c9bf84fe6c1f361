with

memberships as (

    select * from {{ ref('crm_team_memberships') }}

    where is_primary

),

-- One primary team at any instant: where two overlap, the later one cuts the earlier short.
final as (

    select
        user_id,
        team_id,
        valid_from,
        least(
            valid_to,
            lead(valid_from) over (partition by user_id order by valid_from, team_id)
        ) as valid_to

    from memberships

)

select * from final

where valid_to is null or valid_from < valid_to
