select
    id as engagement_id,
    unnest(companies) as company_id,
    upper(activity_type) as engagement_type

from _engagements
