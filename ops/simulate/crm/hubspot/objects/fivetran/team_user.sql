select
    '1' || substr(user_id, 2) as user_id,
    team_id,
    false as is_secondary_user

from team_memberships
