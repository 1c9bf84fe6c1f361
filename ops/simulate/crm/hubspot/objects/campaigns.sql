select
    cast(campaign_id as bigint) as id,
    campaign_name as name,
    campaign_name as subject,
    'BATCH_EMAIL' as type

from campaigns
