-- The months of which the spread is taken, of each slice from its first month with revenue on.
with

revenue as (

    select
        revenue.period_start,
        revenue.dimension,
        revenue.dimension_id,
        revenue.revenue_events,
        cast(revenue.total_revenue as double) as revenue

    from {{ ref('kpi_revenue') }} as revenue

    inner join {{ ref('dim_input_coverage') }} as coverage
        on coverage.table_name = 'revenue_events' and revenue.period_start >= coverage.covered_from

    where
        revenue.period_grain = 'month'
        and revenue.dimension in ('total', 'region', 'product', 'product_family', 'segment')

),

periods as (

    select * from {{ ref('dim_periods') }}

    where period_grain = 'month' and is_complete

),

settings as (

    select * from {{ ref('dim_settings') }}

),

first_months as (

    select
        dimension,
        dimension_id,
        min(period_start) as first_month

    from revenue

    where revenue_events > 0

    group by dimension, dimension_id

),

windows as (

    select
        periods.period_start,
        first_months.dimension,
        first_months.dimension_id,
        greatest(
            first_months.first_month,
            cast(
                {{ dbt.dateadd(
                    'month', '1 - settings.volatility_window_months', 'periods.period_start'
                ) }} as date
            )
        ) as window_start

    from periods

    cross join settings

    inner join first_months
        on periods.period_start >= first_months.first_month

),

final as (

    select
        windows.period_start,
        windows.dimension,
        windows.dimension_id,
        1 + cast(
            {{ dbt.datediff('windows.window_start', 'windows.period_start', 'month') }} as bigint
        ) as month_count,
        revenue.revenue

    from windows

    inner join revenue
        on
            windows.dimension = revenue.dimension
            and windows.dimension_id = revenue.dimension_id
            and windows.window_start <= revenue.period_start
            and windows.period_start >= revenue.period_start

)

select * from final
