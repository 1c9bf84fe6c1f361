with

opportunities as (

    select * from {{ ref('crm_opportunity_attributes') }}

),

opportunity_products as (

    select * from {{ ref('crm_opportunity_products') }}

),

split_shares as (

    select * from {{ ref('crm_opportunity_split_shares') }}

),

opportunity_competitors as (

    select * from {{ ref('crm_opportunity_competitors') }}

),

custom_members as (

    select * from {{ ref('bridge_custom_members') }}

),

families as (

    select
        opportunity_id,
        product_family_id,
        cast(sum(amount_share) as decimal(18, 8)) as amount_share

    from opportunity_products

    group by opportunity_id, product_family_id

),

final as (

    select
        opportunity_id,
        'product' as dimension,
        product_id as dimension_id,
        amount_share,
        1 as deal_count

    from opportunity_products

    union all

    select opportunity_id, 'product_family', product_family_id, amount_share, 1 from families

    union all

    -- A deal with two competitors counts in full against each of them.
    select
        opportunities.opportunity_id,
        'competitor' as dimension,
        coalesce(opportunity_competitors.competitor_id, 'none') as dimension_id,
        cast(1 as decimal(18, 8)) as amount_share,
        1 as deal_count

    from opportunities

    left join opportunity_competitors
        on opportunities.opportunity_id = opportunity_competitors.opportunity_id

    union all

    select opportunity_id, dimension, dimension_id, cast(1 as decimal(18, 8)), 1 from custom_members

    union all

    -- Money goes to everyone who shares the deal, the deal itself to its owner.
    select
        opportunity_id,
        'credited_rep' as dimension,
        user_id as dimension_id,
        amount_share,
        case when is_owner then 1 else 0 end as deal_count

    from split_shares

    union all

    -- What no deal led to, such as revenue booked without one, is nobody's.
    select '-1', 'credited_rep', '-1', cast(1 as decimal(18, 8)), 1

)

select * from final
