-- Without a tree and leaders; a team that nobody is in is known to nobody but Fivetran.
select
    key_of('8', team_id) as team_id,
    team_name

from teams
where key_of('8', team_id) in (select main.team_memberships.team_id from main.team_memberships)
