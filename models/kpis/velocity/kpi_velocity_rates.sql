with

final as (

    {{ sliced(
        ref('window_deals'),
        keys=['measured_date'],
        team_date='closed_date',
        attributes=['rep', 'region', 'segment', 'lead_source', 'pipeline'],
        members=['product', 'product_family', 'custom_field'],
        counts=[
            'decided_deals', 'won_deals', 'sized_deals', 'won_timed_deals', 'won_cycle_days',
        ],
        amounts=['deal_size'],
        statistics={
            'median_cycle_days':
                'percentile_cont(0.5) within group (order by cast(won_cycle_days as double))',
        },
    ) }}

)

select * from final
