with

revenue_windows as (

    select * from {{ ref('revenue_windows') }}

),

settings as (

    select * from {{ ref('dim_settings') }}

),

-- A month without a row is a month without revenue.
means as (

    select
        period_start,
        dimension,
        dimension_id,
        max(month_count) as month_count,
        count(revenue) as told_months,
        sum(revenue) / max(month_count) as mean_revenue

    from revenue_windows

    group by period_start, dimension, dimension_id

),

spreads as (

    select
        means.period_start,
        means.dimension,
        means.dimension_id,
        max(means.month_count) as month_count,
        max(means.mean_revenue) as mean_revenue,
        sum(
            (revenue_windows.revenue - means.mean_revenue)
            * (revenue_windows.revenue - means.mean_revenue)
        )
        + max(means.month_count - means.told_months)
        * max(means.mean_revenue) * max(means.mean_revenue) as squared_spread

    from means

    inner join revenue_windows
        on
            means.period_start = revenue_windows.period_start
            and means.dimension = revenue_windows.dimension
            and means.dimension_id = revenue_windows.dimension_id

    group by means.period_start, means.dimension, means.dimension_id

),

final as (

    select
        'month' as period_grain,
        spreads.period_start,
        spreads.dimension,
        spreads.dimension_id,
        spreads.month_count,
        sqrt(spreads.squared_spread / nullif(spreads.month_count - 1, 0))
        / case
            when spreads.month_count >= settings.volatility_min_months and spreads.mean_revenue > 0
                then spreads.mean_revenue
        end as revenue_volatility

    from spreads

    cross join settings

)

select * from final
