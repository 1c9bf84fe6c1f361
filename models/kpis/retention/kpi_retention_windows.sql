with

windows as (

    select * from {{ ref('fct_customer_windows') }}

),

team_closure as (

    select * from {{ ref('dim_team_closure') }}

),

-- Revenue that is not known at one end of the window is left out at both.
known as (

    select
        *,
        start_mrr_plan > 0 and end_mrr_plan is not null as has_revenue

    from windows

),

-- Retained revenue is capped per customer: what one adds cannot hide what another took away.
customers as (

    select
        *,
        1 as start_customers,
        case when is_active_at_end then 1 else 0 end as retained_customers,
        case when has_revenue then 1 else 0 end as paying_customers,
        case when has_revenue then start_mrr_plan end as start_mrr,
        case when has_revenue then end_mrr_plan end as end_mrr,
        case when has_revenue then least(start_mrr_plan, end_mrr_plan) end as retained_mrr

    from known

),

whole_customers as (

    select * from customers where dimension = 'total'

),

by_attribute as (

    {{ sliced(
        rows='whole_customers',
        keys=['window_months', 'window_start', 'window_end'],
        team_date='window_start',
        attributes=['rep', 'region', 'segment', 'lead_source', 'cohort'],
        counts=['start_customers', 'retained_customers', 'paying_customers'],
        amounts=['start_mrr', 'end_mrr', 'retained_mrr'],
        idle=false,
    ) }}

),

by_product as (

    select
        window_months,
        window_start,
        window_end,
        dimension,
        dimension_id,
        cast(sum(start_customers) as bigint) as start_customers,
        cast(sum(retained_customers) as bigint) as retained_customers,
        cast(sum(paying_customers) as bigint) as paying_customers,
        cast(sum(start_mrr) as decimal(38, 4)) as start_mrr,
        cast(sum(end_mrr) as decimal(38, 4)) as end_mrr,
        cast(sum(retained_mrr) as decimal(38, 4)) as retained_mrr

    from customers

    where dimension <> 'total'

    group by window_months, window_start, window_end, dimension, dimension_id

),

final as (

    select * from by_attribute

    union all

    select * from by_product

)

select * from final
