with

measured as (

    {{ measured(
        ref('won_deals'),
        date='closed_date',
        attributes=['rep', 'region', 'segment', 'lead_source'],
        members=['product_family', 'competitor', 'custom_field'],
        counts=['won_deals'],
        parts=['win_category'],
    ) }}

),

-- All wins of a period and slice, whatever their reason.
compared as (

    select
        *,
        cast(sum(won_deals) over slice as bigint) as all_won_deals

    from measured

    window slice as (partition by period_grain, period_start, dimension, dimension_id)

),

final as (

    select
        *,
        won_deals / cast(all_won_deals as double) as win_reason_share

    from compared

)

select * from final
