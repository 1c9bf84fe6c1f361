with

measured as (

    {{ measured(
        ref('profit_records'),
        date='booked_date',
        attributes=['region', 'product', 'product_family', 'segment'],
        counts=['valued_events', 'known_selling_costs'],
        amounts=[
            'earned_amount', 'costed_amount', 'gross_profit', 'selling_cost', 'marketing_cost',
            'other_cost',
        ],
    ) }}

),

-- A slice that no cost is booked on, or none of a known amount, did not sell for nothing.
costed as (

    select
        *,
        case when known_selling_costs > 0 then selling_cost end as cost_of_sales

    from measured

),

-- There is no margin of nothing, nor of less.
based as (

    select
        *,
        case when costed_amount > 0 then costed_amount end as costed_revenue,
        case when earned_amount > 0 then earned_amount end as earned_revenue,
        cost_of_sales + coalesce(marketing_cost, 0) as selling_and_marketing_cost,
        case when costed_amount > 0 then gross_profit - coalesce(selling_cost, 0) end
            as contribution,
        case
            when earned_amount > 0
                then
                    earned_amount - (coalesce(costed_amount, 0) - coalesce(gross_profit, 0))
                    - coalesce(selling_cost, 0) - coalesce(other_cost, 0)
        end as net_profit

    from costed

),

final as (

    select
        *,
        cast(contribution as double) / cast(costed_revenue as double) as contribution_margin_pct,
        cast(net_profit as double) / cast(earned_revenue as double) as net_margin_pct,
        cast(cost_of_sales as double) / cast(earned_revenue as double) as sales_expense_ratio,
        cast(selling_and_marketing_cost as double) / cast(earned_revenue as double)
            as selling_and_marketing_ratio

    from based

)

select * from final
