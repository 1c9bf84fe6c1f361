with

-- Sellers get the amounts by the splits of the deal that led to them.
measured as (

    {{ measured(
        ref('earned_revenue'),
        date='recognized_date',
        attributes=[
            'region', 'product', 'product_family', 'segment', 'lead_source', 'pipeline',
            'opportunity_type', 'campaign',
        ],
        members=['credited_rep'],
        records=['revenue_events', 'valued_events'],
        amounts=['earned_amount', 'earned_amount_plan', 'earned_amount_earlier_plan'],
    ) }}

),

final as (

    select
        *,
        -- Amounts that are all unknown are not worth nothing; nothing of them is.
        case
            when valued_events > 0 then earned_amount
            when revenue_events = 0 then 0
        end as total_revenue

    from measured

)

select * from final
