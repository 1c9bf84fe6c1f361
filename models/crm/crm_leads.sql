with

leads as (

    select * from {{ ref('stg_crm__leads') }}

    where reject_reason is null

),

survivors as (

    select * from {{ ref('crm_lead_survivors') }}

),

final as (

    select
        leads.lead_id,
        survivors.surviving_lead_id,
        leads.campaign_id,
        leads.owner_id,
        leads.region_id,
        leads.segment_id,
        leads.converted_account_id,
        leads.converted_contact_id,
        leads.converted_opportunity_id,
        leads.duplicate_of_lead_id,
        leads.lead_source,
        leads.status,
        leads.disqualify_reason,
        leads.is_deleted,
        leads.is_test,
        leads.created_at,
        leads.qualified_at,
        leads.disqualified_at,
        leads.converted_at,
        leads.first_touch_at,
        leads.updated_at

    from leads

    left join survivors
        on leads.lead_id = survivors.lead_id

)

select * from final
