with

measured as (

    {{ measured(
        ref('lost_deals'),
        date='closed_date',
        attributes=['rep', 'region', 'segment', 'lead_source', 'pipeline'],
        members=['product', 'product_family', 'competitor', 'custom_field'],
        counts=['lost_deals'],
        amounts=['lost_amount'],
        parts=['loss_category'],
    ) }}

),

-- All losses of a period and slice, whatever their reason.
compared as (

    select
        *,
        cast(sum(lost_deals) over slice as bigint) as all_lost_deals,
        cast(sum(lost_amount) over slice as decimal(38, 4)) as all_lost_amount

    from measured

    window slice as (partition by period_grain, period_start, dimension, dimension_id)

),

final as (

    select
        *,
        lost_deals / cast(all_lost_deals as double) as loss_reason_share,
        cast(lost_amount as double) / cast(nullif(all_lost_amount, 0) as double)
            as loss_reason_share_value

    from compared

)

select * from final
