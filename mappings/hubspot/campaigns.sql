select
    campaign_id,
    coalesce(name, subject) as campaign_name,
    'email' as channel

from campaign
