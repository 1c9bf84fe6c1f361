-- Records of the lead object; a portal that has none keeps its leads as contacts in a stage of
-- their life, and a subscriber is none yet.
with

contacts_of_leads as (

    select
        lead_id,
        arg_min(contact_id, place) as contact_id

    from (
        select
            lead_id,
            unnest(try_cast(contacts as varchar[])) as contact_id,
            generate_subscripts(try_cast(contacts as varchar[]), 1) as place

        from lead
    ) as told
    group by lead_id

),

recorded as (

    select
        lead.lead_id,
        contact.email,
        contact.phone,
        coalesce(lead.hs_lead_name, concat_ws(' ', contact.firstname, contact.lastname))
            as full_name,
        coalesce(lead.hs_associated_company_name, contact.company) as company,
        lead.createdate as created_at,
        lead.hs_lead_source as lead_source,
        lead.hubspot_owner_id as owner_id,
        case upper(lead.hs_pipeline_stage_category)
            when 'QUALIFIED' then 'qualified'
            when 'UNQUALIFIED' then 'disqualified'
            when 'IN_PROGRESS' then 'working'
            else 'new'
        end as status,
        lead.hs_pipeline_stage_category_last_updated_at as status_since,
        lead.hs_lead_disqualification_reason as disqualify_reason,
        contacts_of_leads.contact_id,
        lead.hs_lastmodifieddate as updated_at,
        regexp_matches(
            lower(concat_ws(' ', lead.archived, lead.is_deleted, lead.fivetran_deleted)), 'true|1'
        ) as is_deleted

    from lead
    left join contacts_of_leads on lead.lead_id = contacts_of_leads.lead_id
    left join contact on contacts_of_leads.contact_id = contact.contact_id

),

-- A deal that was there before the person was is not what became of the lead.
first_deals as (

    select
        _deal_contacts.contact_id,
        arg_min(deal.deal_id, (deal.createdate, deal.deal_id)) as deal_id,
        min(deal.createdate) as created_at

    from _deal_contacts
    inner join deal on _deal_contacts.deal_id = deal.deal_id
    inner join contact on _deal_contacts.contact_id = contact.contact_id
    where try_cast(deal.createdate as timestamptz) >= try_cast(contact.createdate as timestamptz)
    group by _deal_contacts.contact_id

),

from_contacts as (

    select
        contact.*,
        first_deals.deal_id,
        coalesce(contact.hs_lifecyclestage_opportunity_date, first_deals.created_at)
            as became_deal_at,
        case
            when lower(contact.lifecyclestage) in ('opportunity', 'customer', 'evangelist')
                then 'converted'
            when upper(contact.hs_lead_status) in ('UNQUALIFIED', 'BAD_TIMING')
                then 'disqualified'
            when lower(contact.lifecyclestage) = 'salesqualifiedlead' then 'qualified'
            when
                upper(contact.hs_lead_status)
                in ('IN_PROGRESS', 'ATTEMPTED_TO_CONTACT', 'CONNECTED')
                then 'working'
            else 'new'
        end as status

    from contact
    left join first_deals on contact.contact_id = first_deals.contact_id
    where
        (
            contact.hs_lifecyclestage_lead_date is not null
            or lower(contact.lifecyclestage) in (
                'lead', 'marketingqualifiedlead', 'salesqualifiedlead', 'opportunity', 'customer'
            )
        )
        and contact.contact_id not in (
            select _merged_contacts.contact_id from _merged_contacts
        )
        and (select count(*) from lead) = 0

)

select
    lead_id,
    email,
    phone,
    full_name,
    company,
    created_at,
    lead_source,
    owner_id,
    status,
    case when status = 'qualified' then status_since end as qualified_at,
    case when status = 'disqualified' then status_since end as disqualified_at,
    disqualify_reason,
    cast(null as varchar) as converted_at,
    cast(null as varchar) as converted_account_id,
    contact_id as converted_contact_id,
    cast(null as varchar) as converted_opportunity_id,
    updated_at,
    is_deleted

from recorded
union all
select
    contact_id as lead_id,
    email,
    phone,
    concat_ws(' ', firstname, lastname) as full_name,
    company,
    coalesce(hs_lifecyclestage_lead_date, createdate) as created_at,
    hs_analytics_source as lead_source,
    hubspot_owner_id as owner_id,
    status,
    hs_lifecyclestage_salesqualifiedlead_date as qualified_at,
    cast(null as varchar) as disqualified_at,
    cast(null as varchar) as disqualify_reason,
    case when status = 'converted' then became_deal_at end as converted_at,
    case when status = 'converted' then split_part(associatedcompanyid, '.', 1) end
        as converted_account_id,
    contact_id as converted_contact_id,
    case when status = 'converted' then deal_id end as converted_opportunity_id,
    lastmodifieddate as updated_at,
    regexp_matches(
        lower(concat_ws(' ', archived, is_deleted, fivetran_deleted)), 'true|1'
    ) as is_deleted

from from_contacts
