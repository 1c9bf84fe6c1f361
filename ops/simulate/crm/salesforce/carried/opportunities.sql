-- Close date stands for the expected one until the deal is closed.
select
    key_of('006', opportunity_id) as opportunity_id,
    opportunity_name,
    key_of('001', account_id) as account_id,
    key_of('003', primary_contact_id) as primary_contact_id,
    key_of('012', number_of(pipeline_id)) as pipeline_id,
    stage,
    case
        when opportunity_type = 'renewal' then 'renewal'
        when opportunity_type in ('expansion_upsell', 'expansion_cross_sell')
            then 'expansion_upsell'
        else 'new'
    end as opportunity_type,
    key_of('005', owner_id) as owner_id,
    created_at as created_date,
    created_at,
    case when stage like 'Closed %' then closed_date else expected_close_date end
        as expected_close_date,
    case when stage like 'Closed %' then closed_date end as closed_date,
    amount,
    currency,
    probability,
    forecast_category,
    loss_reason,
    win_reason,
    lead_source,
    key_of('701', campaign_id) as campaign_id,
    next_step,
    updated_at,
    is_deleted

from opportunities
