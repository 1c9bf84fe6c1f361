select
    id as engagement_id,
    unnest(deals) as deal_id,
    upper(activity_type) as engagement_type

from _engagements
