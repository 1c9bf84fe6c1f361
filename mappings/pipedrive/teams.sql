select
    id as team_id,
    name as team_name,
    manager_id

from team
