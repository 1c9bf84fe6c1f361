select
    cast(row_number() over (order by opportunity_id, user_id) as varchar) as id,
    cast(opportunity_id as double) as properties_hs_deal_id,
    user_id as properties_hubspot_owner_id,
    cast(split_rate as double) as properties_hs_deal_split_percentage,
    cast(updated_at as timestamp) as properties_hs_lastmodifieddate,
    false as archived

from opportunity_splits
