-- Without a tree.
select
    key_of('8', team_id) as team_id,
    team_name,
    user_of(manager_id) as manager_id

from teams
