select
    key_of('00v', cast(row_number() over () as varchar)) as "Id",
    campaign_id as "CampaignId",
    case when member_type = 'lead' then member_id end as "LeadId",
    case when member_type = 'contact' then member_id end as "ContactId",
    status as "Status",
    responded_at is not null as "HasResponded",
    cast(responded_at as date) as "FirstRespondedDate",
    timestamp '2026-01-01 00:00:00' as "SystemModstamp",
    false as "IsDeleted"

from campaign_members
