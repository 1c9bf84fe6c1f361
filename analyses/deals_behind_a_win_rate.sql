-- The deals behind a published win rate: set the quarter, and filter by the columns of the slice.
with

opportunities as (

    select * from {{ ref('fct_opportunities') }}

    where is_decided

),

quarters as (

    select * from {{ ref('dim_periods') }}

    where period_grain = 'quarter' and period_start = date '2026-04-01'

),

final as (

    select
        opportunities.opportunity_id,
        opportunities.opportunity_name,
        opportunities.owner_id,
        opportunities.team_id,
        opportunities.region_id,
        opportunities.loss_category,
        opportunities.amount_corporate,
        opportunities.is_won,
        opportunities.created_date,
        opportunities.closed_date

    from opportunities

    inner join quarters
        on
            opportunities.closed_date >= quarters.period_start
            and opportunities.closed_date < quarters.period_end

)

select * from final

order by closed_date, opportunity_id
