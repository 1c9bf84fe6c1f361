select
    team_id as "Id",
    team_name as "Name",
    parent_team_id as "ParentRoleId",
    manager_id as "ForecastUserId",
    timestamp '2023-01-01 00:00:00' as "LastModifiedDate"

from teams
