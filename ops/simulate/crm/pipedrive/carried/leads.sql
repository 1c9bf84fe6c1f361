-- A lead that became a deal is gone, one that nobody follows is archived, and none is qualified.
-- A lead names a company by its key, so one that nobody keeps is not told.
with

companies as (

    select
        account_name,
        min(account_id) as account_id

    from accounts
    group by account_name

)

select
    lead_of(leads.lead_id) as lead_id,
    _persons.email,
    _persons.phone,
    _persons.full_name,
    companies.account_name as company,
    leads.created_at,
    coalesce(leads.lead_source, 'Manually created') as lead_source,
    user_of(leads.owner_id) as owner_id,
    case when leads.status in ('disqualified', 'spam') then 'disqualified' else 'new' end
        as status,
    case when leads.status in ('disqualified', 'spam') then leads.updated_at end
        as disqualified_at,
    leads.updated_at,
    leads.is_deleted

from leads
inner join _persons
    on person_of_lead(leads.lead_id, leads.converted_contact_id) = _persons.contact_id
left join companies on leads.company = companies.account_name
where leads.status <> 'converted'
