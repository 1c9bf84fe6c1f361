with

revenue as (

    select
        *,
        cast({{ dbt.date_trunc('month', 'recognized_date') }} as date) as month_start

    from {{ ref('fct_revenue') }}

    where is_revenue

),

expenses as (

    select
        *,
        cast({{ dbt.date_trunc('month', 'expense_date') }} as date) as month_start

    from {{ ref('fct_expenses') }}

),

months as (

    select
        month_start,
        sum(amount_corporate) as revenue_amount,
        count(cogs_corporate) as costed_events

    from revenue

    group by month_start

),

spread as (

    select
        month_start,
        sum(amount_corporate) as spread_amount

    from expenses

    where is_selling_cost and is_spread_by_revenue

    group by month_start

),

-- What a unit of a month's revenue bears of the costs that a rule spreads by revenue.
final as (

    select
        months.month_start,
        months.costed_events,
        case
            when months.revenue_amount > 0
                then {{ round_to_decimal(
                    'cast(spread.spread_amount as double) / cast(months.revenue_amount as double)',
                    18, 8
                ) }}
        end as burden

    from months

    left join spread
        on months.month_start = spread.month_start

)

select * from final
