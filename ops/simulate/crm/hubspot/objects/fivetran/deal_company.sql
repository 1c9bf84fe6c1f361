-- Each company is linked twice, once as the primary one, which is type 5.
select
    opportunity_id as deal_id,
    account_id as company_id,
    unnest([341, 5]) as type_id,
    'HUBSPOT_DEFINED' as category

from opportunities
where account_id is not null
