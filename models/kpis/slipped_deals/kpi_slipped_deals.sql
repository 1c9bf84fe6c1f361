with

measured as (

    {{ measured(
        ref('slipped_deals'),
        date='period_start',
        is_by_period=true,
        attributes=['rep', 'region', 'segment', 'pipeline'],
        members=['product', 'product_family', 'custom_field'],
        counts=['due_deals', 'valued_deals', 'slipped_deals'],
        amounts=['due_amount', 'slipped_amount', 'pushed_amount'],
    ) }}

),

final as (

    select
        *,
        cast(slipped_amount as double) / cast(nullif(due_amount, 0) as double) as slip_rate,
        cast(pushed_amount as double) / cast(nullif(due_amount, 0) as double) as strict_slip_rate,
        slipped_deals / cast(nullif(due_deals, 0) as double) as slipped_deals_rate

    from measured

)

select * from final
