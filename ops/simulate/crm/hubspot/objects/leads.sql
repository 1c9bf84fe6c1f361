-- Where a lead stands is told by the category of its stage, and since when.
select
    lead_id as id,
    full_name as properties_hs_lead_name,
    company as properties_hs_associated_company_name,
    lead_source as properties_hs_lead_source,
    case status
        when 'new' then 'NEW'
        when 'working' then 'IN_PROGRESS'
        when 'qualified' then 'QUALIFIED'
        when 'disqualified' then 'UNQUALIFIED'
    end as properties_hs_pipeline_stage_category,
    coalesce(
        cast(qualified_at as timestamp),
        cast(disqualified_at as timestamp),
        cast(created_at as timestamp)
    ) as properties_hs_pipeline_stage_category_last_updated_at,
    disqualify_reason as properties_hs_lead_disqualification_reason,
    owner_id as properties_hubspot_owner_id,
    cast(created_at as timestamp) as properties_hs_createdate,
    cast(updated_at as timestamp) as properties_hs_lastmodifieddate,
    cast(created_at as timestamp) as "createdAt",
    cast(updated_at as timestamp) as "updatedAt",
    coalesce(is_deleted, 'false') = 'true' as archived,
    [converted_contact_id] as contacts

from leads
