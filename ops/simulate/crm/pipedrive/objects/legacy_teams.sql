select
    cast(teams.team_id as bigint) as id,
    teams.team_name as name,
    cast(teams.manager_id as bigint) as manager_id,
    list(cast(team_memberships.user_id as bigint) order by team_memberships.user_id)
        filter (where team_memberships.user_id is not null) as users

from teams
left join team_memberships on teams.team_id = team_memberships.team_id
group by all
