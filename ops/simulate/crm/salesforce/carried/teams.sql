select
    key_of('00E', team_id) as team_id,
    team_name,
    key_of('00E', parent_team_id) as parent_team_id,
    key_of('005', manager_id) as manager_id

from teams
