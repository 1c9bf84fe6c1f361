with

market_sizes as (

    select * from {{ ref('crm_market_sizes') }}

    where basis = 'revenue'

),

revenue as (

    select * from {{ ref('fct_revenue') }}

    where is_revenue

),

markets as (

    select
        market_id,
        region_id,
        product_family_id,
        segment_id,
        period_start,
        period_end,
        max(total_value) as market_amount,
        max(own_value) as delivered_amount,
        max(competitor_value) as rival_amount,
        max(is_estimate) as is_estimate

    from market_sizes

    group by 1, 2, 3, 4, 5, 6

),

earned as (

    select
        markets.market_id,
        markets.region_id,
        markets.product_family_id,
        markets.segment_id,
        markets.period_start,
        markets.period_end,
        max(markets.market_amount) as market_amount,
        max(markets.delivered_amount) as delivered_amount,
        max(markets.rival_amount) as rival_amount,
        max(markets.is_estimate) as is_estimate,
        cast(coalesce(sum(revenue.amount_corporate), 0) as decimal(38, 4)) as earned_amount

    from markets

    left join revenue
        on
            markets.period_start <= revenue.recognized_date
            and markets.period_end > revenue.recognized_date
            and coalesce(markets.region_id = revenue.region_id, true)
            and coalesce(markets.product_family_id = revenue.product_family_id, true)
            and coalesce(markets.segment_id = revenue.segment_id, true)

    group by 1, 2, 3, 4, 5, 6

),

-- A market of two attributes at once, such as a segment of a region, is no slice of a KPI.
final as (

    select
        earned.market_id,
        earned.region_id,
        earned.product_family_id,
        earned.segment_id,
        case
            when coalesce(earned.region_id, earned.product_family_id, earned.segment_id) is null
                then 'total'
            when coalesce(earned.product_family_id, earned.segment_id) is null then 'region'
            when coalesce(earned.region_id, earned.segment_id) is null then 'product_family'
            when coalesce(earned.region_id, earned.product_family_id) is null then 'segment'
        end as dimension,
        earned.market_amount,
        cast(coalesce(earned.delivered_amount, earned.earned_amount) as decimal(38, 4))
            as own_amount,
        earned.rival_amount,
        earned.is_estimate,
        earned.period_start,
        earned.period_end

    from earned

)

select * from final
