with

companies as (

    select
        account_name,
        min(account_id) as account_id

    from accounts
    group by account_name

),

persons as (

    select
        lead_of(contract.leads.lead_id) as lead_id,
        person_of_lead(contract.leads.lead_id, contract.leads.converted_contact_id) as person_id

    from contract.leads

)

select
    leads.lead_id as id,
    coalesce(leads.company, leads.full_name) || ' lead' as title,
    cast(leads.owner_id as bigint) as owner_id,
    cast(persons.person_id as bigint) as person_id,
    cast(companies.account_id as bigint) as organization_id,
    'Manually created' as source_name,
    nullif(leads.lead_source, 'Manually created') as channel,
    leads.status = 'disqualified' as is_archived,
    cast(leads.created_at as timestamp) as add_time,
    cast(leads.updated_at as timestamp) as update_time,
    coalesce(leads.is_deleted, 'false') = 'true' as is_deleted

from leads
inner join persons on leads.lead_id = persons.lead_id
left join companies on leads.company = companies.account_name
