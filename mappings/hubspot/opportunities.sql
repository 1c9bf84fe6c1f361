-- The close date of an open deal is an expectation; HubSpot fills it in by itself.
with

first_contacts as (

    select
        deal_id,
        arg_min(contact_id, (try_cast(contact_id as double), contact_id)) as contact_id

    from _deal_contacts
    group by deal_id

),

known_stages as (

    select
        pipeline_id,
        stage,
        bool_or(is_closed) as is_closed

    from _stages
    group by pipeline_id, stage

),

deals as (

    select
        deal.*,
        coalesce(known_stages.is_closed, lower(deal.hs_is_closed) in ('1', 'true'), true)
            as may_be_closed,
        regexp_matches(
            lower(concat_ws(' ', deal.archived, deal.is_deleted, deal.fivetran_deleted)), 'true|1'
        )
        or deal.deal_id in (select _merged_deals.deal_id from _merged_deals) as is_gone

    from deal
    left join known_stages
        on deal.pipeline = known_stages.pipeline_id and deal.dealstage = known_stages.stage

)

select
    deals.deal_id as opportunity_id,
    deals.dealname as opportunity_name,
    _deal_companies.company_id as account_id,
    first_contacts.contact_id as primary_contact_id,
    deals.pipeline as pipeline_id,
    deals.dealstage as stage,
    case
        when lower(deals.dealtype) like '%renewal%' then 'renewal'
        when lower(deals.dealtype) like 'existing%' then 'expansion_upsell'
        else 'new'
    end as opportunity_type,
    deals.hubspot_owner_id as owner_id,
    deals.createdate as created_date,
    deals.createdate as created_at,
    deals.closedate as expected_close_date,
    case when deals.may_be_closed then deals.closedate end as closed_date,
    deals.amount,
    deals.deal_currency_code as currency,
    deals.hs_deal_stage_probability as probability,
    case lower(replace(deals.hs_manual_forecast_category, '_', ''))
        when 'omit' then 'omitted'
        when 'bestcase' then 'best_case'
        else lower(deals.hs_manual_forecast_category)
    end as forecast_category,
    deals.closed_lost_reason as loss_reason,
    deals.closed_won_reason as win_reason,
    deals.hs_analytics_source as lead_source,
    deals.hs_next_step as next_step,
    deals.hs_lastmodifieddate as updated_at,
    case when deals.is_gone then 'true' else 'false' end as is_deleted,
    deals.archived_at as deleted_at

from deals
left join _deal_companies on deals.deal_id = _deal_companies.deal_id
left join first_contacts on deals.deal_id = first_contacts.deal_id
