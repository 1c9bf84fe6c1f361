with

won as (

    select * from {{ ref('fct_encounters') }}

    where is_won

),

counted as (

    select
        quarter_start,
        competitor_id,
        win_category,
        count(*) as won_deals,
        cast(sum(amount_corporate) as decimal(38, 4)) as won_amount

    from won

    group by quarter_start, competitor_id, win_category

),

final as (

    select
        *,
        won_deals / cast(
            sum(won_deals) over (partition by quarter_start, competitor_id) as double
        ) as reason_share,
        cast(
            row_number() over (
                partition by quarter_start, competitor_id
                order by won_deals desc, win_category asc
            ) as bigint
        ) as reason_rank

    from counted

)

select * from final
