with

measured as (

    {{ measured(
        ref('closed_deals'),
        date='closed_date',
        attributes=deal_slices(),
        members=['product', 'product_family', 'competitor', 'custom_field'],
        counts=[
            'decided_deals', 'won_deals', 'competitive_deals', 'valued_deals', 'sized_deals',
            'paid_deals', 'timed_deals', 'won_timed_deals', 'won_met_deals', 'cycle_days',
            'won_cycle_days', 'won_contact_days',
        ],
        amounts=['decided_amount', 'won_amount', 'paid_amount', 'deal_size'],
        medians={
            'median_deal_size': 'deal_size',
            'median_cycle_days': 'won_cycle_days',
            'p90_cycle_days': ('won_cycle_days', 0.9),
            'median_contact_days': 'won_contact_days',
        },
    ) }}

),

final as (

    select
        *,
        won_deals / cast(nullif(decided_deals, 0) as double) as win_rate,
        won_deals / cast(nullif(competitive_deals, 0) as double) as competitive_win_rate,
        cast(won_amount as double) / cast(nullif(decided_amount, 0) as double) as win_rate_value,
        cast(deal_size as double) / cast(nullif(sized_deals, 0) as double) as average_deal_size,
        cast(paid_amount as double) / cast(nullif(paid_deals, 0) as double)
            as average_paid_deal_size,
        won_cycle_days / cast(nullif(won_timed_deals, 0) as double) as sales_cycle_length,
        cycle_days / cast(nullif(timed_deals, 0) as double) as all_closed_cycle_length,
        won_contact_days / cast(nullif(won_met_deals, 0) as double) as time_to_close

    from measured

)

select * from final
