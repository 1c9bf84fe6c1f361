with

measured as (

    {{ measured(
        ref('campaign_returns'),
        date='record_date',
        attributes=['campaign'],
        counts=['spends'],
        amounts=['spend_amount', 'undecided_amount', 'revenue_amount', 'gross_profit'],
    ) }}

),

-- What was spent is a loss until something comes back.
returned as (

    select
        *,
        coalesce(gross_profit, 0) - spend_amount as profit_after_spend,
        coalesce(revenue_amount, 0) - spend_amount as revenue_after_spend

    from measured

),

final as (

    select
        *,
        cast(profit_after_spend as double) / cast(nullif(spend_amount, 0) as double)
            as marketing_roi,
        cast(revenue_after_spend as double) / cast(nullif(spend_amount, 0) as double)
            as revenue_marketing_roi,
        cast(coalesce(undecided_amount, 0) as double) / cast(nullif(spend_amount, 0) as double)
            as open_share

    from returned

)

select * from final
