with

lost as (

    select * from {{ ref('fct_encounters') }}

    where not is_won

),

counted as (

    select
        quarter_start,
        competitor_id,
        loss_category,
        count(*) as lost_deals,
        count(*) filter (where is_lost_to) as lost_to_deals,
        cast(sum(amount_corporate) as decimal(38, 4)) as lost_amount

    from lost

    group by quarter_start, competitor_id, loss_category

),

final as (

    select
        *,
        lost_deals / cast(
            sum(lost_deals) over (partition by quarter_start, competitor_id) as double
        ) as reason_share,
        cast(
            row_number() over (
                partition by quarter_start, competitor_id
                order by lost_deals desc, loss_category asc
            ) as bigint
        ) as reason_rank

    from counted

)

select * from final
