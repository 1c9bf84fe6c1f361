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
        records=[
            'revenue_events', 'valued_events', 'costed_events', 'invoice_lines',
            'valued_invoice_lines',
        ],
        amounts=[
            'earned_amount', 'earned_amount_plan', 'earned_amount_earlier_plan', 'costed_amount',
            'gross_profit', 'invoiced_amount',
        ],
    ) }}

),

final as (

    select
        *,
        -- Amounts that are all unknown are not worth nothing; nothing of them is.
        case
            when valued_events > 0 then earned_amount
            when revenue_events = 0 then 0
        end as total_revenue,
        case
            when valued_invoice_lines > 0 then invoiced_amount
            when invoice_lines = 0 then 0
        end as invoiced_revenue,
        case when costed_amount > 0 then costed_amount end as costed_revenue,
        cast(gross_profit as double)
        / cast(case when costed_amount > 0 then costed_amount end as double) as gross_margin_pct

    from measured

)

select * from final
