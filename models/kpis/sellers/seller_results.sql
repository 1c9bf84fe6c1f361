with

sellers as (

    select * from {{ ref('period_sellers') }}

),

credits as (

    select * from {{ ref('seller_credits') }}

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

),

final as (

    select
        period_grain,
        period_start,
        dimension,
        dimension_id,
        user_id,
        max(is_seller) as is_seller,
        cast(sum(credits) as bigint) as credits,
        cast(case when sum(credits) = 0 then 0 else sum(credited) end as decimal(38, 4)) as credited

    from counted

    group by period_grain, period_start, dimension, dimension_id, user_id

)

select * from final
