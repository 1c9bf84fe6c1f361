-- The close date stands for the expected one until the deal is closed.
with

first_contacts as (

    select
        opportunity_id,
        min(contact_id) as contact_id

    from _deal_contacts
    group by opportunity_id

),

told as (

    select
        *,
        case when is_closed_stage(stage) then coalesce(closed_at, closed_date) end as ended_at

    from opportunities

)

select
    key_of('9', told.opportunity_id) as opportunity_id,
    told.opportunity_name,
    key_of('2', told.account_id) as account_id,
    first_contacts.contact_id as primary_contact_id,
    pipeline_of(told.pipeline_id) as pipeline_id,
    stage_of(told.pipeline_id, told.stage) as stage,
    case
        when told.opportunity_type = 'renewal' then 'renewal'
        when told.opportunity_type in ('expansion_upsell', 'expansion_cross_sell')
            then 'expansion_upsell'
        else 'new'
    end as opportunity_type,
    owner_of(told.owner_id) as owner_id,
    told.created_at as created_date,
    told.created_at,
    coalesce(told.ended_at, told.expected_close_date) as expected_close_date,
    told.ended_at as closed_date,
    told.amount,
    told.currency,
    told.probability,
    told.forecast_category,
    told.loss_reason,
    told.win_reason,
    source_of(told.lead_source) as lead_source,
    told.next_step,
    told.updated_at,
    told.is_deleted,
    told.deleted_at

from told
left join first_contacts on key_of('9', told.opportunity_id) = first_contacts.opportunity_id
