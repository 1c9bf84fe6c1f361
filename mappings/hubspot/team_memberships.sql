-- HubSpot knows present teams alone, so they hold for always; credit rolls up to the primary one.
with

members as (

    select
        owner_id,
        team_id,
        bool_or(is_primary) as is_primary

    from _owner_teams
    where owner_id is not null and team_id is not null
    group by owner_id, team_id

),

ranked as (

    select
        *,
        row_number() over (
            partition by owner_id
            order by coalesce(is_primary, false) desc, team_id asc
        ) as place

    from members

)

select
    owner_id as user_id,
    team_id,
    place = 1 as is_primary

from ranked
