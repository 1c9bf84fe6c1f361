-- Salesforce knows the day of a conversion, not the instant, and nothing of a qualification.
select
    key_of('00Q', lead_id) as lead_id,
    email,
    phone,
    full_name,
    company,
    created_at,
    lead_source,
    key_of('005', owner_id) as owner_id,
    case when status = 'spam' then 'disqualified' else status end as status,
    case when status = 'converted' then left(converted_at, 10) end as converted_at,
    key_of('001', converted_account_id) as converted_account_id,
    key_of('003', converted_contact_id) as converted_contact_id,
    key_of('006', converted_opportunity_id) as converted_opportunity_id,
    key_of('00Q', duplicate_of_lead_id) as duplicate_of_lead_id,
    updated_at,
    is_deleted

from leads
