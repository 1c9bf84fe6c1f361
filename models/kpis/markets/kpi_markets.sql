with

markets as (

    select
        *,
        coalesce(region_id, product_family_id, segment_id, 'all') as dimension_id

    from {{ ref('fct_market_sizes') }}

    where dimension is not null

),

periods as (

    select * from {{ ref('dim_periods') }}

    where period_grain in ('quarter', 'year', 'fiscal_quarter', 'fiscal_year')

),

-- Markets of the same scope are different markets, so their sizes add up.
measured as (

    select
        periods.period_grain,
        periods.period_start,
        markets.dimension,
        markets.dimension_id,
        count(*) as markets,
        cast(sum(markets.market_amount) as decimal(38, 4)) as market_amount,
        cast(sum(markets.own_amount) as decimal(38, 4)) as own_amount,
        cast(sum(markets.rival_amount) as decimal(38, 4)) as rival_amount

    from markets

    inner join periods
        on
            markets.period_start = periods.period_start
            and markets.period_end = periods.period_end

    group by 1, 2, 3, 4

),

final as (

    select
        *,
        cast(own_amount as double) / cast(nullif(market_amount, 0) as double) as market_share,
        cast(own_amount as double) / cast(nullif(rival_amount, 0) as double)
            as relative_market_share

    from measured

)

select * from final
