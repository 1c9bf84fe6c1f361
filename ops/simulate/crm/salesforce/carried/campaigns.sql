select
    key_of('701', campaign_id) as campaign_id,
    campaign_name,
    channel,
    start_date,
    end_date,
    budget_amount,
    currency

from campaigns
