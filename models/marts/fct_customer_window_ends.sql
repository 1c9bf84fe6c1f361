with

by_product as (

    select * from {{ ref('fct_customer_window_products') }}

),

-- A customer of two products is one customer of their family and one in total.
by_scope as (

    select
        window_months,
        max(window_start) as window_start,
        window_end,
        case when grouping(product_family_id) = 0 then 'product_family' else 'total' end
            as dimension,
        case when grouping(product_family_id) = 0 then product_family_id else 'all' end
            as dimension_id,
        account_id,
        max(is_start) as is_start,
        max(is_end) as is_end,
        sum(start_mrr_plan) as start_mrr_plan,
        sum(end_mrr_plan) as end_mrr_plan

    from by_product

    group by
        grouping sets (
            (window_months, window_end, account_id),
            (window_months, window_end, account_id, product_family_id)
        )

    union all

    select
        window_months,
        window_start,
        window_end,
        'product' as dimension,
        product_id as dimension_id,
        account_id,
        is_start,
        is_end,
        start_mrr_plan,
        end_mrr_plan

    from by_product

),

-- Who left pays nothing; what is paid in an unknown amount stays unknown.
ended as (

    select
        window_months,
        window_start,
        window_end,
        dimension,
        dimension_id,
        account_id,
        cast(start_mrr_plan as decimal(38, 4)) as start_mrr_plan,
        cast(
            case
                when start_mrr_plan is null then null
                when is_end = 0 then 0
                else end_mrr_plan
            end as decimal(38, 4)
        ) as end_mrr_plan,
        is_end = 1 as is_active_at_end

    from by_scope

    where is_start = 1

),

-- Revenue unknown at one end is left out at both; what one customer adds hides no other's leak.
final as (

    select
        *,
        start_mrr_plan > 0 and end_mrr_plan is not null as is_paying,
        case
            when start_mrr_plan > 0 and end_mrr_plan is not null
                then least(start_mrr_plan, end_mrr_plan)
        end as retained_mrr_plan

    from ended

)

select * from final
