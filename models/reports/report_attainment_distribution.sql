-- Is the number made by a few? Sellers of whole quarters by what they made of their quotas.
{%- set shares = {
    'p10_attainment': 0.1, 'p25_attainment': 0.25, 'median_attainment': 0.5,
    'p75_attainment': 0.75, 'p90_attainment': 0.9,
} %}
with

attained as (

    select * from {{ ref('attained_quotas') }}

),

-- By bookings, the best first; who came or left within the quarter has no rank.
ranked as (

    select
        *,
        row_number() over (
            partition by period_start, dimension, dimension_id, is_employed_throughout
            order by booked_plan desc, user_id asc
        ) as booking_rank,
        count(*) over (
            partition by period_start, dimension, dimension_id, is_employed_throughout
        ) as ranked_sellers

    from attained

),

judged as (

    select
        *,
        case when is_employed_throughout then attainment end as judged_attainment,
        case when is_employed_throughout then opening_attainment end as opening_judged,
        case when is_employed_throughout then cast(booked_plan as double) end as judged_plan,
        booking_rank <= ceil(ranked_sellers * 0.2) as is_top_fifth

    from ranked

),

-- Half a fifth is a seller all the same; where somebody gave back more than sold none has a share.
final as (

    select
        period_start as quarter_start,
        dimension,
        dimension_id,
        max(case when is_complete then 1 else 0 end) = 1 as is_complete,
        count(judged_attainment) as sellers,
        count(*) - count(judged_attainment) as partial_sellers,
        count(case when judged_attainment < 0.5 then 1 end) as under_50,
        count(case when judged_attainment >= 0.5 and judged_attainment < 0.8 then 1 end)
            as from_50_to_79,
        count(case when judged_attainment >= 0.8 and judged_attainment < 1 then 1 end)
            as from_80_to_99,
        count(case when judged_attainment >= 1 and judged_attainment < 1.2 then 1 end)
            as from_100_to_119,
        count(case when judged_attainment >= 1.2 then 1 end) as from_120,
        {%- for name, share in shares.items() %}
        percentile_cont({{ share }}) within group (
            order by cast(judged_attainment as double)
        ) as {{ name }},
        {%- endfor %}
        count(case when judged_attainment >= 1 then 1 end)
        / cast(nullif(count(judged_attainment), 0) as double) as reached_share,
        case
            when min(judged_plan) >= 0
                then sum(case when is_top_fifth then judged_plan end) / nullif(sum(judged_plan), 0)
        end as top_fifth_share,
        case
            when min(judged_plan) >= 0
                then
                    2 * sum(judged_plan * (ranked_sellers + 1 - booking_rank))
                    / nullif(count(judged_attainment) * sum(judged_plan), 0)
                    - (count(judged_attainment) + 1) / cast(count(judged_attainment) as double)
        end as gini,
        cast(sum(case when is_employed_throughout then quota_plan end) as decimal(38, 4))
            as quota_plan,
        cast(sum(case when is_employed_throughout then booked_plan else 0 end) as decimal(38, 4))
            as booked_plan,
        cast(sum(case when is_employed_throughout then 0 else booked_plan end) as decimal(38, 4))
            as partial_booked_plan,
        cast(
            sum(case when is_employed_throughout then opening_quota_plan end) as decimal(38, 4)
        ) as opening_quota_plan,
        percentile_cont(0.5) within group (order by cast(opening_judged as double))
            as opening_median_attainment,
        count(case when opening_judged >= 1 then 1 end)
        / cast(nullif(count(opening_judged), 0) as double) as opening_reached_share

    from judged

    group by period_start, dimension, dimension_id

)

select * from final
