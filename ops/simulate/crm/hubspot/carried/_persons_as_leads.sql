-- A person is one lead, the first that came in, and the first deal made after that is his.
with

first_leads as (

    select
        *,
        contact_of_lead(lead_id, converted_contact_id) as contact_id

    from leads
    qualify row_number() over (
        partition by contact_of_lead(lead_id, converted_contact_id) order by created_at, lead_id
    ) = 1

),

first_deals as (

    select
        _persons.contact_id,
        arg_min(
            _deal_contacts.opportunity_id, (opportunities.created_at, opportunities.opportunity_id)
        ) as opportunity_id

    from _persons
    inner join _deal_contacts on _persons.contact_id = _deal_contacts.contact_id
    inner join opportunities
        on _deal_contacts.opportunity_id = key_of('9', opportunities.opportunity_id)
    where opportunities.created_at >= _persons.created_at
    group by _persons.contact_id

)

select
    first_leads.contact_id,
    first_leads.company,
    first_leads.created_at,
    first_leads.lead_source,
    first_leads.owner_id,
    first_leads.status,
    first_leads.qualified_at,
    first_leads.converted_at,
    first_deals.opportunity_id

from first_leads
left join first_deals on first_leads.contact_id = first_deals.contact_id
