with

costs as (

    select * from {{ ref('acquisition_costs') }}

),

gains as (

    select * from {{ ref('recurring_gains') }}

),

recurring as (

    {{ sliced(
        rows='gains',
        team_date='period_start',
        attributes=['region', 'segment', 'lead_source'],
        amounts=['new_mrr', 'expansion_mrr'],
    ) }}

),

revenue as (

    select * from {{ ref('kpi_revenue') }}

),

customer_values as (

    select * from {{ ref('kpi_customer_value') }}

),

joined as (

    select
        costs.*,
        recurring.new_mrr,
        cast(12 * recurring.new_mrr as double) as new_arr,
        cast(12 * (coalesce(recurring.new_mrr, 0) + coalesce(recurring.expansion_mrr, 0)) as double)
            as new_and_expansion_arr,
        -- What sells below its cost pays nothing back.
        case
            when revenue.gross_margin_pct > 0
                then cast(recurring.new_mrr as double) * revenue.gross_margin_pct
        end as new_monthly_profit,
        customer_values.clv as customer_value,
        customer_values.window_start as value_start,
        cast(costs.cost_amount as double) / cast(nullif(costs.new_customers, 0) as double)
            as cost_per_customer

    from costs

    left join recurring
        on
            costs.period_grain = recurring.period_grain
            and costs.period_start = recurring.period_start
            and costs.dimension = recurring.dimension
            and costs.dimension_id = recurring.dimension_id

    left join revenue
        on
            costs.period_grain = revenue.period_grain
            and costs.period_start = revenue.period_start
            and costs.dimension = revenue.dimension
            and costs.dimension_id = revenue.dimension_id

    left join customer_values
        on
            costs.period_grain = customer_values.period_grain
            and costs.period_start = customer_values.period_start
            and costs.dimension = customer_values.dimension
            and costs.dimension_id = customer_values.dimension_id

),

final as (

    select
        *,
        cast(acquisition_cost as double) / cast(nullif(new_customers, 0) as double) as cac,
        cast(prior_cost_amount as double) / cast(nullif(new_customers, 0) as double) as lagged_cac,
        cast(media_amount as double) / cast(nullif(paid_customers, 0) as double) as paid_cac,
        cast(spend_amount as double) / cast(nullif(reached_customers, 0) as double)
            as marketing_cac,
        cast(cost_amount as double) / nullif(new_arr, 0) as cac_ratio,
        cast(cost_amount as double) / nullif(new_and_expansion_arr, 0) as blended_cac_ratio,
        cast(cost_amount as double) / nullif(new_monthly_profit, 0) as cac_payback_months,
        customer_value / nullif(cost_per_customer, 0) as ltv_cac_ratio

    from joined

)

select * from final
