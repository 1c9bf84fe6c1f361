-- Types of one's own are what their icon shows.
select
    activity.id as activity_id,
    case
        when activity.type in ('call', 'email', 'meeting') then activity.type
        when activity.type = 'lunch' then 'meeting'
        when activity_type.icon_key in ('call', 'email', 'meeting') then activity_type.icon_key
        when activity_type.icon_key = 'lunch' then 'meeting'
        else 'task'
    end as kind,
    activity.type,
    activity.subject,
    activity.owner_id,
    activity.created_by_user_id,
    coalesce(lower(activity.done) in ('1', 'true'), false) as is_done,
    activity.marked_as_done_time,
    activity.add_time,
    activity.deal_id,
    activity.org_id,
    activity.person_id,
    activity.lead_id,
    activity.participants,
    activity._dlt_id,
    -- Times of day are UTC.
    try_cast(
        left(activity.due_date, 10) || ' ' || coalesce(left(activity.due_time, 5), '00:00') || ':00'
        as timestamp
    ) as due_at,
    3600 * try_cast(split_part(activity.duration, ':', 1) as bigint)
    + 60 * try_cast(split_part(activity.duration, ':', 2) as bigint) as duration_seconds

from activity
left join activity_type on activity.type = activity_type.key_string
where
    not regexp_matches(
        lower(concat_ws(' ', activity.is_deleted, activity.fivetran_deleted)), 'true|1'
    )
    and coalesce(lower(activity.active_flag), 'true') not in ('0', 'false')
