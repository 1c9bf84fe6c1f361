select
    team_id,
    max(team_name) as team_name

from (
    select
        team_id,
        name as team_name

    from team
    union all
    select
        team_id,
        team_name

    from _owner_teams
) as told
where team_id is not null
group by team_id
