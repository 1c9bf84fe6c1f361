with

retention_windows as (

    select * from {{ ref('kpi_retention_windows') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

    where is_started and period_grain not in ('day', 'week')

),

yearly as (

    select * from retention_windows where window_months = 12

),

monthly as (

    select * from retention_windows where window_months = 1

),

-- Every slice that had customers at either window's start has a row.
slices as (

    select distinct window_end, dimension, dimension_id from retention_windows

),

final as (

    select
        periods.period_grain,
        periods.period_start,
        slices.dimension,
        slices.dimension_id,
        cast({{ dbt.dateadd('month', -12, 'slices.window_end') }} as date) as window_start,
        coalesce(yearly.start_customers, 0) as start_customers,
        coalesce(yearly.retained_customers, 0) as retained_customers,
        coalesce(yearly.start_customers - yearly.retained_customers, 0) as lost_customers,
        coalesce(yearly.paying_customers, 0) as paying_customers,
        yearly.start_mrr,
        yearly.end_mrr,
        yearly.retained_mrr,
        yearly.start_mrr - yearly.retained_mrr as lost_mrr,
        yearly.retained_customers / cast(nullif(yearly.start_customers, 0) as double)
            as customer_retention_rate,
        (yearly.start_customers - yearly.retained_customers)
        / cast(nullif(yearly.start_customers, 0) as double) as customer_churn_rate,
        yearly.start_customers
        / cast(nullif(yearly.start_customers - yearly.retained_customers, 0) as double)
            as avg_customer_lifespan,
        cast(yearly.end_mrr as double) / cast(nullif(yearly.start_mrr, 0) as double) as nrr,
        cast(yearly.retained_mrr as double) / cast(nullif(yearly.start_mrr, 0) as double) as grr,
        cast(yearly.start_mrr - yearly.retained_mrr as double)
        / cast(nullif(yearly.start_mrr, 0) as double) as revenue_churn_rate,
        cast({{ dbt.dateadd('month', -1, 'slices.window_end') }} as date) as monthly_window_start,
        coalesce(monthly.start_customers, 0) as monthly_start_customers,
        coalesce(monthly.start_customers - monthly.retained_customers, 0)
            as monthly_lost_customers,
        coalesce(monthly.paying_customers, 0) as monthly_paying_customers,
        monthly.start_mrr as monthly_start_mrr,
        monthly.end_mrr as monthly_end_mrr,
        monthly.retained_mrr as monthly_retained_mrr,
        (monthly.start_customers - monthly.retained_customers)
        / cast(nullif(monthly.start_customers, 0) as double) as monthly_churn_rate,
        cast(monthly.end_mrr as double) / cast(nullif(monthly.start_mrr, 0) as double)
            as monthly_nrr,
        cast(monthly.retained_mrr as double) / cast(nullif(monthly.start_mrr, 0) as double)
            as monthly_grr

    from slices

    inner join periods
        on slices.window_end = periods.measured_date

    left join yearly
        on
            slices.window_end = yearly.window_end
            and slices.dimension = yearly.dimension
            and slices.dimension_id = yearly.dimension_id

    left join monthly
        on
            case when periods.period_grain = 'month' then slices.window_end end
            = monthly.window_end
            and slices.dimension = monthly.dimension
            and slices.dimension_id = monthly.dimension_id

)

select * from final
