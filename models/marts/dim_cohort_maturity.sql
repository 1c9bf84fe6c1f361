with

opportunities as (

    select * from {{ ref('fct_opportunities') }}

),

-- An aggregate without a group is one row, be there wins or not. The age of a cohort is compared
-- with it, so that no last bit of an interpolated day may decide.
final as (

    select
        count(cycle_days) as won_deals,
        round(
            cast(
                percentile_cont(0.9) within group (order by cast(cycle_days as double)) as double
            ),
            6
        ) as mature_after_days

    from opportunities

    where is_won and is_decided

)

select * from final
