with

opportunities as (

    select * from {{ ref('fct_opportunities') }}

    where is_decided and closed_date is not null

),

met as (

    select * from {{ ref('fct_deal_competitors') }}

),

final as (

    select
        opportunities.opportunity_id,
        coalesce(met.competitor_id, 'none') as competitor_id,
        opportunities.is_won,
        coalesce(met.is_lost_to, false) as is_lost_to,
        opportunities.loss_category,
        opportunities.win_category,
        opportunities.amount_corporate,
        opportunities.cycle_days,
        opportunities.closed_date,
        cast({{ dbt.date_trunc('quarter', 'opportunities.closed_date') }} as date) as quarter_start

    from opportunities

    left join met
        on opportunities.opportunity_id = met.opportunity_id

)

select * from final
