select
    sales_agent as user_id,
    'Team ' || manager as team_id,
    true as is_primary

from sales_teams
