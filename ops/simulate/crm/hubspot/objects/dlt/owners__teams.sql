select
    team_memberships.team_id as id,
    teams.team_name as name,
    true as primary,
    'owner' || team_memberships.user_id as _dlt_parent_id,
    0 as _dlt_list_idx

from team_memberships
inner join teams on team_memberships.team_id = teams.team_id
