with

-- Sellers get the amounts by their splits and the deal by ownership.
measured as (

    {{ measured(
        ref('booked_deals'),
        date='closed_date',
        attributes=[
            'region', 'segment', 'lead_source', 'pipeline', 'opportunity_type', 'campaign'
        ],
        members=['credited_rep', 'product', 'product_family', 'competitor', 'custom_field'],
        counts=['booked_deals', 'won_deals', 'valued_deals', 'new_customers'],
        records=['credited_deals', 'valued_credits', 'new_money_credits'],
        amounts=['booked_amount', 'new_money_amount', 'expansion_amount'],
    ) }}

),

final as (

    select
        *,
        -- Deals whose amounts are all unknown are not worth nothing; nothing of them is.
        case
            when valued_credits > 0 then booked_amount
            when credited_deals = 0 then 0
        end as bookings,
        cast(expansion_amount as double) / cast(nullif(new_money_amount, 0) as double)
            as expansion_bookings_share

    from measured

)

select * from final
