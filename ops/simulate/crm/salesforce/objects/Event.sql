-- A meeting has a child for one more person invited, which is the same meeting.
with

meetings as (

    select
        *,
        false as is_child

    from activities
    where activity_type = 'meeting'
    union all
    select
        * replace ('00U9' || substr(activity_id, 5) as activity_id),
        true as is_child

    from activities
    where activity_type = 'meeting' and opportunity_id is not null

)

select
    activity_id as "Id",
    coalesce(lead_id, contact_id) as "WhoId",
    opportunity_id as "WhatId",
    account_id as "AccountId",
    performer_id as "OwnerId",
    booked_by_id as "CreatedById",
    subject as "Subject",
    cast(left(scheduled_start, 10) as date) as "ActivityDate",
    cast(scheduled_start as timestamp) as "StartDateTime",
    cast(scheduled_end as timestamp) as "EndDateTime",
    is_child as "IsChild",
    cast(created_at as timestamp) as "CreatedDate",
    cast(created_at as timestamp) as "SystemModstamp",
    false as "IsDeleted"

from meetings
