with

opportunities as (

    select * from {{ ref('fct_opportunities') }}

),

final as (

    select
        opportunity_id,
        dimension,
        dimension_id,
        amount_share,
        deal_count

    from {{ ref('bridge_opportunity_members') }}

    where dimension in ('product', 'product_family')

    union all

    -- A deal lost to another has a share of nothing in who won against this one.
    select
        met.opportunity_id,
        'competitor' as dimension,
        met.competitor_id as dimension_id,
        cast(case when opportunities.is_won or met.is_lost_to then 1 else 0 end as decimal(18, 8))
            as amount_share,
        1 as deal_count

    from {{ ref('fct_deal_competitors') }} as met

    inner join opportunities
        on met.opportunity_id = opportunities.opportunity_id

)

select * from final
