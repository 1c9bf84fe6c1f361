select
    opportunity_id as deal_id,
    contact_id,
    3 as type_id,
    'HUBSPOT_DEFINED' as category

from opportunity_contact_roles
