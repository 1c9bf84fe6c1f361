with

windows as (

    select * from {{ ref('fct_customer_windows') }}

),

window_ends as (

    select * from {{ ref('fct_customer_window_ends') }}

    where dimension <> 'total'

),

customers as (

    select
        window_months,
        window_start,
        window_end,
        owner_id,
        team_id,
        region_id,
        segment_id,
        lead_source_id,
        cohort_id,
        1 as start_customers,
        case when is_active_at_end then 1 else 0 end as retained_customers,
        case when is_paying then 1 else 0 end as paying_customers,
        case when is_paying then start_mrr_plan end as start_mrr,
        case when is_paying then end_mrr_plan end as end_mrr,
        retained_mrr_plan as retained_mrr

    from windows

),

by_attribute as (

    {{ sliced(
        rows='customers',
        keys=['window_months', 'window_start', 'window_end'],
        team_date='window_start',
        attributes=['rep', 'region', 'segment', 'lead_source', 'cohort'],
        counts=['start_customers', 'retained_customers', 'paying_customers'],
        amounts=['start_mrr', 'end_mrr', 'retained_mrr'],
    ) }}

),

by_product as (

    select
        window_months,
        window_start,
        window_end,
        dimension,
        dimension_id,
        count(*) as start_customers,
        count(*) filter (where is_active_at_end) as retained_customers,
        count(*) filter (where is_paying) as paying_customers,
        cast(sum(start_mrr_plan) filter (where is_paying) as decimal(38, 4)) as start_mrr,
        cast(sum(end_mrr_plan) filter (where is_paying) as decimal(38, 4)) as end_mrr,
        cast(sum(retained_mrr_plan) as decimal(38, 4)) as retained_mrr

    from window_ends

    group by window_months, window_start, window_end, dimension, dimension_id

),

final as (

    select * from by_attribute

    union all

    select * from by_product

)

select * from final
