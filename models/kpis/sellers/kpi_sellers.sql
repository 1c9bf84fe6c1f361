with

results as (

    select * from {{ ref('seller_results') }}

),

member_periods as (

    select * from {{ ref('dim_member_periods') }}

    where dimension in ('total', 'team', 'region') and period_grain not in ('day', 'week')

),

-- A slice of nobody has a row of zeros.
each_user as (

    select period_grain, period_start, dimension, dimension_id, is_seller, credits, credited
    from results

    union all

    select period_grain, period_start, dimension, dimension_id, 0, 0, null
    from member_periods

),

summed as (

    select
        period_grain,
        period_start,
        dimension,
        dimension_id,
        cast(sum(is_seller) as bigint) as sellers,
        cast(sum(is_seller * credits) as bigint) as seller_credits,
        cast(sum(case when is_seller = 1 then credited end) as decimal(38, 4)) as seller_bookings,
        percentile_cont(0.5) within group (
            order by cast(case when is_seller = 1 then credited end as double)
        ) as median_sales_per_rep,
        cast(sum((1 - is_seller) * credits) as bigint) as other_credits,
        cast(coalesce(sum(case when is_seller = 0 then credited end), 0) as decimal(38, 4))
            as other_bookings

    from each_user

    group by period_grain, period_start, dimension, dimension_id

),

final as (

    select
        *,
        cast(seller_bookings as double) / cast(nullif(sellers, 0) as double) as avg_sales_per_rep

    from summed

)

select * from final
