-- The platform's own robot is a user, too.
select
    users.user_id as "Id",
    users.full_name as "Name",
    users.email as "Email",
    users.role as "Title",
    team_memberships.team_id as "UserRoleId",
    'Standard' as "UserType",
    users.time_zone as "TimeZoneSidKey",
    users.country as "Country",
    users.is_active = 'true' as "IsActive",
    cast(users.updated_at as timestamp) as "LastModifiedDate",
    cast(users.updated_at as timestamp) as "SystemModstamp"

from users
left join team_memberships on users.user_id = team_memberships.user_id
union all
select
    '005999999999999QAA' as "Id",
    'Automated Process' as "Name",
    'autoproc@example.com' as "Email",
    cast(null as varchar) as "Title",
    cast(null as varchar) as "UserRoleId",
    'AutomatedProcess' as "UserType",
    'UTC' as "TimeZoneSidKey",
    cast(null as varchar) as "Country",
    true as "IsActive",
    timestamp '2020-01-01 00:00:00' as "LastModifiedDate",
    timestamp '2020-01-01 00:00:00' as "SystemModstamp"
