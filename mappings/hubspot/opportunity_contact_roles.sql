select distinct
    deal_id as opportunity_id,
    contact_id

from _deal_contacts
