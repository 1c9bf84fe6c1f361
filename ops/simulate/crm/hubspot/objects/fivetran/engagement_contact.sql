select
    id as engagement_id,
    unnest(contacts) as contact_id,
    upper(activity_type) as engagement_type

from _engagements
