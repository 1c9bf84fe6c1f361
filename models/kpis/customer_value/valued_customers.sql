with

customers as (

    select * from {{ ref('kpi_retention_windows') }}

    where window_months = 1 and dimension not in ('rep', 'team')

),

margins as (

    select * from {{ ref('margin_years') }}

),

years as (

    select
        window_end,
        window_start

    from margins

    where dimension = 'total'

),

-- Windows that ended with a month: the one up to as_of would count some days twice.
yearly as (

    select
        years.window_end,
        years.window_start,
        customers.dimension,
        customers.dimension_id,
        sum(customers.start_customers) as customer_months,
        sum(customers.start_customers - customers.retained_customers) as lost_customers,
        sum(customers.paying_customers) as paying_months,
        sum(customers.start_mrr) as paid_mrr

    from customers

    inner join years
        on
            customers.window_end > years.window_start
            and customers.window_end <= years.window_end

    where cast({{ dbt.date_trunc('month', 'customers.window_end') }} as date) = customers.window_end

    group by years.window_end, years.window_start, customers.dimension, customers.dimension_id

),

final as (

    select
        yearly.window_end,
        yearly.window_start,
        yearly.dimension,
        yearly.dimension_id,
        cast(yearly.customer_months as bigint) as customer_months,
        cast(yearly.lost_customers as bigint) as lost_customers,
        cast(yearly.paying_months as bigint) as paying_months,
        cast(yearly.paid_mrr as decimal(38, 4)) as paid_mrr,
        margins.costed_amount,
        margins.gross_profit

    from yearly

    left join margins
        on
            yearly.window_end = margins.window_end
            and yearly.dimension = margins.dimension
            and yearly.dimension_id = margins.dimension_id

)

select * from final
