select
    user_id as owner_id,
    team_id,
    true as is_team_primary

from team_memberships
