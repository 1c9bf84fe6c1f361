with

sellers as (

    select * from {{ ref('period_sellers') }}

),

credits as (

    select * from {{ ref('seller_credits') }}

),

member_periods as (

    select * from {{ ref('dim_member_periods') }}

    where dimension in ('total', 'team', 'region') and period_grain not in ('day', 'week')

),

-- Who sold nothing is a seller as well: leaving zeros out is the classic error of an average.
counted as (

    select
        period_grain,
        period_start,
        dimension,
        dimension_id,
        user_id,
        1 as is_seller,
        0 as credits,
        cast(null as decimal(38, 4)) as credited

    from sellers

    union all

    select
        period_grain, period_start, dimension, dimension_id, user_id,
        0, credits, credited
    from credits

    union all

    select period_grain, period_start, dimension, dimension_id, null, 0, 0, null
    from member_periods

),

each_user as (

    select
        period_grain,
        period_start,
        dimension,
        dimension_id,
        max(is_seller) as is_seller,
        sum(credits) as credits,
        case when sum(credits) = 0 then 0 else sum(credited) end as credited

    from counted

    group by period_grain, period_start, dimension, dimension_id, user_id

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
