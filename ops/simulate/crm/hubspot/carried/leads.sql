-- Contacts in a stage of their life: why and when one was turned down is not told.
select
    _persons_as_leads.contact_id as lead_id,
    _persons.email,
    _persons.phone,
    _persons.full_name,
    _persons_as_leads.company,
    _persons_as_leads.created_at,
    source_of(_persons_as_leads.lead_source) as lead_source,
    owner_of(_persons_as_leads.owner_id) as owner_id,
    case
        when _persons_as_leads.status = 'spam' then 'disqualified'
        else _persons_as_leads.status
    end as status,
    _persons_as_leads.qualified_at,
    case when _persons_as_leads.status = 'converted' then _persons_as_leads.converted_at end
        as converted_at,
    case when _persons_as_leads.status = 'converted' then _persons.account_id end
        as converted_account_id,
    _persons_as_leads.contact_id as converted_contact_id,
    case when _persons_as_leads.status = 'converted' then _persons_as_leads.opportunity_id end
        as converted_opportunity_id,
    _persons.updated_at,
    _persons.is_deleted

from _persons_as_leads
inner join _persons on _persons_as_leads.contact_id = _persons.contact_id
