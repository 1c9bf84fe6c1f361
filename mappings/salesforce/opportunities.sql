with

deals as (

    select
        opportunity.*,
        lower(opportunity.is_closed) in ('1', 'true') as has_ended,
        _forecast_categories.meant_category

    from opportunity
    left join _forecast_categories
        on
            coalesce(opportunity.forecast_category_name, opportunity.forecast_category)
            = _forecast_categories.written_category

)

select
    id as opportunity_id,
    name as opportunity_name,
    account_id,
    contact_id as primary_contact_id,
    record_type_id as pipeline_id,
    stage_name as stage,
    case
        when lower(type) like '%renewal%' then 'renewal'
        when lower(type) like 'existing%' then 'expansion_upsell'
        else 'new'
    end as opportunity_type,
    owner_id,
    created_date,
    created_date as created_at,
    left(close_date, 10) as expected_close_date,
    case when has_ended then left(close_date, 10) end as closed_date,
    amount,
    currency_iso_code as currency,
    try_cast(probability as double) / 100 as probability,
    meant_category as forecast_category,
    loss_reason__c as loss_reason,
    win_reason__c as win_reason,
    lead_source,
    campaign_id,
    next_step,
    coalesce(last_modified_date, system_modstamp) as updated_at,
    is_deleted

from deals
