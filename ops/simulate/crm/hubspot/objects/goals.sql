-- A goal names the user, not the owner, and ends with the last instant of a day.
select
    cast(row_number() over () as varchar) as id,
    'Bookings' as properties_hs_goal_name,
    cast('1' || substr(user_id, 2) as double) as properties_hs_assignee_user_id,
    cast(team_id as double) as properties_hs_assignee_team_id,
    cast(period_start as timestamp) as properties_hs_start_datetime,
    cast(period_end as timestamp) - interval 1 millisecond as properties_hs_end_datetime,
    cast(amount as double) as properties_hs_target_amount,
    'revenue' as properties_hs_goal_type,
    'SUM' as properties_hs_kpi_metric_type,
    'DEAL' as properties_hs_kpi_object_type,
    'amount' as properties_hs_kpi_property_name,
    pipeline_id as properties_hs_pipelines,
    currency as properties_hs_currency,
    cast(updated_at as timestamp) as properties_hs_lastmodifieddate,
    false as archived

from quotas
union all
select
    'calls' as id,
    'Calls' as properties_hs_goal_name,
    cast('1' || substr(user_id, 2) as double) as properties_hs_assignee_user_id,
    null as properties_hs_assignee_team_id,
    timestamp '2026-01-01 00:00:00' as properties_hs_start_datetime,
    timestamp '2026-03-31 23:59:59.999' as properties_hs_end_datetime,
    100 as properties_hs_target_amount,
    'calls' as properties_hs_goal_type,
    'COUNT' as properties_hs_kpi_metric_type,
    'CALL' as properties_hs_kpi_object_type,
    'hs_object_id' as properties_hs_kpi_property_name,
    null as properties_hs_pipelines,
    null as properties_hs_currency,
    timestamp '2026-01-01 00:00:00' as properties_hs_lastmodifieddate,
    false as archived

from (select min(user_id) as user_id from users) as first_users
where user_id is not null
