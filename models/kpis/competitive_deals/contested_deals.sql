with

opportunities as (

    select * from {{ ref('fct_opportunities') }}

    where is_decided and closed_date is not null

),

contested as (

    select
        opportunity_id,
        max(is_lost_to) as is_lost_to_one_of_them

    from {{ ref('fct_deal_competitors') }}

    group by opportunity_id

),

final as (

    select
        opportunities.opportunity_id,
        opportunities.owner_id,
        opportunities.team_id,
        opportunities.region_id,
        opportunities.segment_id,
        opportunities.pipeline_id,
        opportunities.closed_date,
        1 as contested_deals,
        case when opportunities.is_won then 1 else 0 end as won_deals,
        -- A deal that nobody there is said to have won says nothing of who beats whom.
        case
            when opportunities.is_won or contested.is_lost_to_one_of_them then 1 else 0
        end as settled_deals

    from opportunities

    inner join contested
        on opportunities.opportunity_id = contested.opportunity_id

)

select * from final
