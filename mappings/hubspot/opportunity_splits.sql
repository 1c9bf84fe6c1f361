select
    split_part(hs_deal_id, '.', 1) as opportunity_id,
    hubspot_owner_id as user_id,
    'revenue' as split_type,
    hs_deal_split_percentage as split_rate,
    hs_lastmodifieddate as updated_at

from deal_split
where
    hs_deal_id is not null
    and hubspot_owner_id is not null
    and not regexp_matches(lower(concat_ws(' ', archived, is_deleted, fivetran_deleted)), 'true|1')
