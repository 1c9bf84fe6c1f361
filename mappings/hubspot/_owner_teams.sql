-- Teams of owners, as links, as lists in the owner, or by the user that an owner is.
select
    coalesce(owner_team.owner_id, owner.owner_id) as owner_id,
    owner_team.team_id,
    owner_team.name as team_name,
    lower(owner_team.is_primary) = 'true' as is_primary

from owner_team
left join owner on owner_team._dlt_parent_id = owner._dlt_id
union
select
    owner_id,
    json_extract_string(nested, '$.id') as team_id,
    json_extract_string(nested, '$.name') as team_name,
    lower(json_extract_string(nested, '$.primary')) = 'true' as is_primary

from (
    select
        owner_id,
        unnest(from_json(teams, '["json"]')) as nested

    from owner
) as told
union
select
    _owner_users.owner_id,
    team_user.team_id,
    cast(null as varchar) as team_name,
    lower(team_user.is_secondary_user) = 'false' as is_primary

from team_user
inner join _owner_users on team_user.user_id = _owner_users.user_id
