with

met as (

    select * from {{ ref('crm_opportunity_competitors') }}

),

opportunities as (

    select * from {{ ref('fct_opportunities') }}

),

-- Whom a deal was lost to is told only of deals that were lost.
final as (

    select
        met.opportunity_id,
        met.competitor_id,
        met.status,
        opportunities.is_closed
        and not opportunities.is_won
        and coalesce(met.is_winner, false) as is_lost_to

    from met

    inner join opportunities
        on met.opportunity_id = opportunities.opportunity_id

)

select * from final
