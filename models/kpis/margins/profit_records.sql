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

    select * from {{ ref('monthly_burdens') }}

),

-- Goods are costed by what was delivered; the ledger stands in for months in which nothing was.
final as (

    select
        revenue.revenue_id as record_id,
        revenue.team_id,
        revenue.region_id,
        revenue.segment_id,
        revenue.product_id,
        revenue.product_family_id,
        revenue.recognized_date as booked_date,
        case when revenue.amount_corporate is null then 0 else 1 end as valued_events,
        revenue.amount_corporate as earned_amount,
        case when revenue.cogs_corporate is not null then revenue.amount_corporate end
            as costed_amount,
        revenue.amount_corporate - revenue.cogs_corporate as gross_profit,
        case when revenue.amount_corporate * months.burden is not null then 1 else 0 end
            as known_selling_costs,
        {{ multiply_money('revenue.amount_corporate', 'months.burden') }} as selling_cost,
        cast(null as decimal(18, 4)) as marketing_cost,
        cast(null as decimal(18, 4)) as other_cost

    from revenue

    left join months
        on revenue.month_start = months.month_start

    union all

    select
        expenses.expense_id as record_id,
        expenses.team_id,
        expenses.region_id,
        expenses.segment_id,
        expenses.product_id,
        expenses.product_family_id,
        expenses.expense_date as booked_date,
        0 as valued_events,
        cast(null as decimal(18, 4)) as earned_amount,
        cast(null as decimal(18, 4)) as costed_amount,
        cast(null as decimal(18, 4)) as gross_profit,
        case
            when
                expenses.is_selling_cost
                and expenses.amount_corporate is not null
                and not (expenses.is_spread_by_revenue and months.burden is not null)
                then 1
            else 0
        end as known_selling_costs,
        case
            when
                expenses.is_selling_cost
                and not (expenses.is_spread_by_revenue and months.burden is not null)
                then expenses.amount_corporate
        end as selling_cost,
        case when expenses.is_marketing_cost then expenses.amount_corporate end as marketing_cost,
        case
            when expenses.is_selling_cost then null
            when expenses.is_cost_of_goods and months.costed_events > 0 then null
            else expenses.amount_corporate
        end as other_cost

    from expenses

    left join months
        on expenses.month_start = months.month_start

)

select * from final
