-- Goals that add up amounts of deals, of one person or one team; they end with the last instant of
-- a day. A user of a goal is known by another key than an owner.
select
    _owner_users.owner_id as user_id,
    case when goal.hs_assignee_user_id is null then split_part(goal.hs_assignee_team_id, '.', 1) end
        as team_id,
    left(goal.hs_start_datetime, 10) as period_start,
    cast(try_cast(left(goal.hs_end_datetime, 10) as date) + interval 1 day as date) as period_end,
    case when goal.hs_pipelines not like '%;%' then goal.hs_pipelines end as pipeline_id,
    goal.hs_target_amount as amount,
    goal.hs_currency as currency,
    goal.hs_lastmodifieddate as updated_at

from goal
left join _owner_users on split_part(goal.hs_assignee_user_id, '.', 1) = _owner_users.user_id
where
    goal.hs_target_amount is not null
    and coalesce(goal.hs_assignee_user_id, goal.hs_assignee_team_id) is not null
    and upper(goal.hs_kpi_object_type) = 'DEAL'
    and upper(goal.hs_kpi_metric_type) = 'SUM'
    and lower(goal.hs_kpi_property_name) like '%amount%'
    and not regexp_matches(
        lower(concat_ws(' ', goal.archived, goal.is_deleted, goal.fivetran_deleted)), 'true|1'
    )
