select
    activity_id as "Id",
    coalesce(lead_id, contact_id) as "WhoId",
    opportunity_id as "WhatId",
    account_id as "AccountId",
    performer_id as "OwnerId",
    booked_by_id as "CreatedById",
    subject as "Subject",
    cast(left(completed_at, 10) as date) as "ActivityDate",
    case when status = 'completed' then 'Completed' else 'Not Started' end as "Status",
    status = 'completed' as "IsClosed",
    case activity_type when 'call' then 'Call' when 'email' then 'Email' else 'Task' end
        as "TaskSubtype",
    case
        when activity_type = 'call' and direction = 'inbound' then 'Inbound'
        when activity_type = 'call' then 'Outbound'
    end as "CallType",
    case outcome
        when 'connected' then 'Connected'
        when 'voicemail' then 'Left Voicemail'
        when 'no_answer' then 'No Answer'
        when 'bounced' then 'Bounced'
    end as "CallDisposition",
    cast(duration_seconds as integer) as "CallDurationInSeconds",
    cast(completed_at as timestamp) as "CompletedDateTime",
    cast(created_at as timestamp) as "CreatedDate",
    cast(created_at as timestamp) as "SystemModstamp",
    false as "IsDeleted"

from activities
where activity_type <> 'meeting'
