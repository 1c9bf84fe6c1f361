with

measured as (

    {{ measured(
        ref('campaign_returns'),
        date='record_date',
        attributes=['campaign'],
        counts=['spends', 'returns'],
        amounts=['spend_amount', 'undecided_amount', 'revenue_amount', 'gross_profit'],
    ) }}

),

-- What was spent is a loss until something comes back; of what did, but nobody knows how much,
-- nobody knows the return either.
returned as (

    select
        *,
        case
            when returns = 0 or gross_profit is not null
                then coalesce(gross_profit, 0) - spend_amount
        end as profit_after_spend,
        case
            when returns = 0 or revenue_amount is not null
                then coalesce(revenue_amount, 0) - spend_amount
        end as revenue_after_spend

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
