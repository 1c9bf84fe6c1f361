with

leads as (

    select * from {{ ref('crm_leads') }}

    where not is_deleted and not is_test

),

credits as (

    select * from {{ ref('crm_lead_credits') }}

),

outcomes as (

    select * from {{ ref('crm_lead_outcomes') }}

),

lead_sources as (

    select * from {{ ref('stg_crm__lead_sources') }}

),

final as (

    select
        leads.lead_id,
        leads.surviving_lead_id,
        leads.converted_opportunity_id as opportunity_id,
        credits.owner_id,
        credits.team_id,
        credits.customer_team_id,
        -- Only converted leads have an account, so its region would be that of success alone.
        coalesce(leads.region_id, '-1') as region_id,
        coalesce(leads.segment_id, '-1') as segment_id,
        coalesce(lead_sources.lead_source_name, leads.lead_source, '-1') as lead_source_id,
        coalesce(lead_sources.channel, 'unknown') as channel,
        coalesce(leads.campaign_id, '-1') as campaign_id,
        leads.status,
        leads.surviving_lead_id is null as is_spam,
        coalesce(leads.surviving_lead_id <> leads.lead_id, false) as is_duplicate,
        outcomes.lead_id is not null as is_counted,
        coalesce(lead_sources.is_web, false) as is_web,
        outcomes.is_existing_customer,
        outcomes.is_qualified,
        outcomes.is_open,
        outcomes.is_undecided,
        leads.created_at,
        credits.created_date,
        leads.qualified_at,
        leads.disqualified_at,
        leads.converted_at,
        outcomes.customer_date

    from leads

    inner join credits
        on leads.lead_id = credits.lead_id

    left join outcomes
        on leads.lead_id = outcomes.lead_id

    left join lead_sources
        on leads.lead_source = lead_sources.lead_source

)

select * from final
