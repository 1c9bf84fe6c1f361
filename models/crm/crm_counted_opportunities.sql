-- Test deals and deals of a day after as_of count nowhere.
with

opportunities as (

    select * from {{ ref('crm_opportunities') }}

),

starts as (

    select * from {{ ref('crm_opportunity_starts') }}

    where is_known

),

outcomes as (

    select * from {{ ref('crm_opportunity_outcomes') }}

),

final as (

    select
        opportunities.opportunity_id,
        opportunities.account_id,
        opportunities.loss_reason,
        opportunities.win_reason,
        opportunities.probability,
        coalesce(outcomes.is_closed and not outcomes.is_won, false) as is_lost,
        coalesce(outcomes.is_won, false) as is_won,
        opportunities.qualified_at,
        opportunities.created_date

    from opportunities

    inner join starts
        on opportunities.opportunity_id = starts.opportunity_id

    left join outcomes
        on opportunities.opportunity_id = outcomes.opportunity_id

)

select * from final
