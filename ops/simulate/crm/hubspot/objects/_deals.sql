with

contacts_of_deals as (

    select
        opportunity_id,
        list(contact_id order by contact_id) as contacts

    from opportunity_contact_roles
    group by opportunity_id

),

lines_of_deals as (

    select
        opportunity_id,
        list(line_id order by line_id) as line_items

    from opportunity_line_items
    group by opportunity_id

)

select
    opportunities.opportunity_id as id,
    opportunities.opportunity_name as properties_dealname,
    opportunities.pipeline_id as properties_pipeline,
    opportunities.stage as properties_dealstage,
    opportunities.owner_id as properties_hubspot_owner_id,
    cast(opportunities.amount as decimal(18, 2)) as properties_amount,
    opportunities.currency as properties_deal_currency_code,
    cast(opportunities.expected_close_date as timestamp) as properties_closedate,
    cast(opportunities.created_at as timestamp) as properties_createdate,
    case opportunities.opportunity_type
        when 'renewal' then 'Contract renewal'
        when 'expansion_upsell' then 'existingbusiness'
        else 'newbusiness'
    end as properties_dealtype,
    cast(opportunities.probability as double) as properties_hs_deal_stage_probability,
    case opportunities.forecast_category
        when 'omitted' then 'OMIT'
        else upper(opportunities.forecast_category)
    end as properties_hs_manual_forecast_category,
    opportunities.loss_reason as properties_closed_lost_reason,
    opportunities.win_reason as properties_closed_won_reason,
    opportunities.lead_source as properties_hs_analytics_source,
    opportunities.next_step as properties_hs_next_step,
    stages.is_closed as properties_hs_is_closed,
    stages.is_won as properties_hs_is_closed_won,
    cast(opportunities.updated_at as timestamp) as properties_hs_lastmodifieddate,
    cast(opportunities.created_at as timestamp) as "createdAt",
    cast(opportunities.updated_at as timestamp) as "updatedAt",
    coalesce(opportunities.is_deleted, 'false') = 'true' as archived,
    -- Each company is named twice, once as the primary one.
    case
        when opportunities.account_id is not null
            then [opportunities.account_id, opportunities.account_id]
    end as companies,
    contacts_of_deals.contacts,
    lines_of_deals.line_items

from opportunities
left join stages
    on opportunities.pipeline_id = stages.pipeline_id and opportunities.stage = stages.stage
left join contacts_of_deals on opportunities.opportunity_id = contacts_of_deals.opportunity_id
left join lines_of_deals on opportunities.opportunity_id = lines_of_deals.opportunity_id
