-- The user of an owner who has left is told by another name.
with

teams_of_owners as (

    select
        team_memberships.user_id,
        list({'id': teams.team_id, 'name': teams.team_name, 'primary': true}) as teams

    from team_memberships
    inner join teams on team_memberships.team_id = teams.team_id
    group by team_memberships.user_id

)

select
    users.user_id as id,
    users.email,
    'PERSON' as type,
    split_part(users.full_name, ' ', 1) as "firstName",
    nullif(substr(users.full_name, 2 + length(split_part(users.full_name, ' ', 1))), '')
        as "lastName",
    case when users.is_active = 'true' then cast('1' || substr(users.user_id, 2) as bigint) end
        as "userId",
    cast('1' || substr(users.user_id, 2) as bigint) as "userIdIncludingInactive",
    timestamp '2023-01-01 00:00:00' as "createdAt",
    cast(users.updated_at as timestamp) as "updatedAt",
    users.is_active <> 'true' as archived,
    teams_of_owners.teams

from users
left join teams_of_owners on users.user_id = teams_of_owners.user_id
