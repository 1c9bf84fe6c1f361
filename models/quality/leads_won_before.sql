-- A deal that was won before anybody knew of its lead.
with

conversions as (

    select * from {{ ref('crm_lead_conversions') }}

),

outcomes as (

    select * from {{ ref('crm_opportunity_outcomes') }}

),

opportunity_values as (

    select * from {{ ref('crm_opportunity_values') }}

),

final as (

    select
        conversions.lead_id,
        sum(opportunity_values.amount_at_stake) as amount_at_stake

    from conversions

    inner join outcomes
        on conversions.opportunity_id = outcomes.opportunity_id

    left join opportunity_values
        on conversions.opportunity_id = opportunity_values.opportunity_id

    where outcomes.is_won and outcomes.closed_date < conversions.created_date

    group by conversions.lead_id

)

select * from final
