-- A deal has no key and no opening of its own: both are those of its lead.
with

deals as (

    select * from _deals

),

leads as (

    select * from _leads

),

final as (

    select
        deals.lead_id as opportunity_id,
        deals.account_id,
        deals.lead_id as originating_lead_id,
        'Won' as stage,
        'new' as opportunity_type,
        deals.sr_id as owner_id,
        leads.created_date,
        leads.created_at,
        deals.closed_date,
        deals.closed_at,
        leads.lead_source

    from deals
    left join leads on deals.lead_id = leads.lead_id

)

select * from final
