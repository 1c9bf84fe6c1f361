-- Roles are the tree along which Salesforce adds up; whoever forecasts for a role leads it.
select
    id as team_id,
    name as team_name,
    parent_role_id as parent_team_id,
    forecast_user_id as manager_id

from user_role
