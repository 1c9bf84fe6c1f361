select
    team_id as id,
    team_name as name

from teams
