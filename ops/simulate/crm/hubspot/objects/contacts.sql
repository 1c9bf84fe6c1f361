-- The portal does not move a contact along by its deals: who never was a lead has no stage of life.
with

merged as (

    select
        master_id,
        string_agg(contact_id, ';' order by contact_id) as contact_ids

    from contacts
    where master_id is not null
    group by master_id

)

select
    contacts.contact_id as id,
    contacts.email as properties_email,
    contacts.phone as properties_phone,
    split_part(contacts.full_name, ' ', 1) as properties_firstname,
    nullif(substr(contacts.full_name, 2 + length(split_part(contacts.full_name, ' ', 1))), '')
        as properties_lastname,
    _persons_as_leads.company as properties_company,
    contacts.title as properties_jobtitle,
    cast(contacts.account_id as double) as properties_associatedcompanyid,
    contacts.is_opted_out = 'true' as properties_hs_email_optout,
    merged.contact_ids as properties_hs_merged_object_ids,
    case
        when _persons_as_leads.status = 'converted' then 'opportunity'
        when _persons_as_leads.qualified_at is not null then 'salesqualifiedlead'
        when _persons_as_leads.contact_id is not null then 'lead'
    end as properties_lifecyclestage,
    case _persons_as_leads.status
        when 'new' then 'NEW'
        when 'working' then 'IN_PROGRESS'
        when 'disqualified' then 'UNQUALIFIED'
        when 'spam' then 'BAD_TIMING'
        when 'converted' then 'OPEN_DEAL'
    end as properties_hs_lead_status,
    source_of(_persons_as_leads.lead_source) as properties_hs_analytics_source,
    owner_of(_persons_as_leads.owner_id) as properties_hubspot_owner_id,
    cast(_persons_as_leads.created_at as timestamp) as properties_hs_lifecyclestage_lead_date,
    cast(_persons_as_leads.qualified_at as timestamp)
        as properties_hs_lifecyclestage_salesqualifiedlead_date,
    cast(_persons_as_leads.converted_at as timestamp)
        as properties_hs_lifecyclestage_opportunity_date,
    cast(contacts.created_at as timestamp) as properties_createdate,
    cast(contacts.updated_at as timestamp) as properties_lastmodifieddate,
    cast(contacts.created_at as timestamp) as "createdAt",
    cast(contacts.updated_at as timestamp) as "updatedAt",
    coalesce(contacts.is_deleted, 'false') = 'true' as archived

from contacts
left join merged on contacts.contact_id = merged.master_id
left join _persons_as_leads on contacts.contact_id = _persons_as_leads.contact_id
