select
    cast(activity_id as bigint) as id,
    case when meeting_type = 'demo' then 'product_demo' else activity_type end as type,
    subject,
    cast(performer_id as bigint) as owner_id,
    cast(booked_by_id as bigint) as creator_user_id,
    status = 'completed' as done,
    strftime(
        coalesce(scheduled_start, cast(coalesce(completed_at, created_at) as timestamp)), '%Y-%m-%d'
    ) as due_date,
    case when scheduled_start is not null then strftime(scheduled_start, '%H:%M') end as due_time,
    strftime(timestamp '2000-01-01 00:00:00' + to_seconds(duration_seconds), '%H:%M') as duration,
    cast(created_at as timestamp) as add_time,
    cast(completed_at as timestamp) as marked_as_done_time,
    cast(coalesce(completed_at, created_at) as timestamp) as update_time,
    cast(opportunity_id as bigint) as deal_id,
    cast(account_id as bigint) as org_id,
    cast(contact_id as bigint) as person_id,
    lead_id,
    false as is_deleted

from activities
