-- Who worked a lead and what it sells is known of won leads only. A slice by either would hold
-- nothing but successes, so neither stands on the lead.
with

leads as (

    select * from _leads

),

deals as (

    select * from _deals

),

final as (

    select
        leads.lead_id,
        leads.created_at,
        leads.lead_source,
        case when deals.lead_id is null then 'qualified' else 'converted' end as status,
        -- the file holds leads that marketing has qualified, and no other date
        leads.created_at as qualified_at,
        deals.closed_at as converted_at,
        deals.account_id as converted_account_id,
        deals.lead_id as converted_opportunity_id

    from leads
    left join deals on leads.lead_id = deals.lead_id

)

select * from final
