with

customers as (

    select * from {{ ref('valued_customers') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

    where is_started and period_grain not in ('day', 'week')

),

-- Everything is by the month: a yearly churn would make a monthly customer worth a twelfth.
rates as (

    select
        *,
        cast(paid_mrr as double) / cast(nullif(paying_months, 0) as double) as monthly_revenue,
        cast(gross_profit as double)
        / cast(case when costed_amount > 0 then costed_amount end as double) as gross_margin,
        customer_months / cast(nullif(lost_customers, 0) as double) as lifetime_months

    from customers

),

valued as (

    select
        *,
        monthly_revenue * gross_margin * lifetime_months as clv,
        -- Nobody is held to stay for longer than five years, whom nobody lost least of all.
        monthly_revenue * gross_margin * least(coalesce(lifetime_months, 60), 60)
            as capped_clv,
        monthly_revenue * lifetime_months as revenue_clv

    from rates

    where customer_months > 0

),

-- The value of a mix is not the mean of values; this is the mean.
weighted as (

    select
        window_end,
        'total' as dimension,
        sum(customer_months) as weighed_months,
        sum(customer_months * clv) as weighed_values

    from valued

    where dimension = 'segment' and clv is not null

    group by window_end

),

final as (

    select
        periods.period_grain,
        periods.period_start,
        valued.dimension,
        valued.dimension_id,
        valued.window_start,
        valued.customer_months,
        valued.lost_customers,
        valued.paying_months,
        valued.paid_mrr,
        valued.costed_amount,
        valued.gross_profit,
        valued.monthly_revenue,
        valued.gross_margin,
        valued.lifetime_months,
        valued.clv,
        valued.capped_clv,
        valued.revenue_clv,
        cast(coalesce(weighted.weighed_months, 0) as bigint) as weighed_months,
        weighted.weighed_values,
        weighted.weighed_values / cast(weighted.weighed_months as double) as segment_weighted_clv

    from valued

    inner join periods
        on valued.window_end = cast({{ dbt.date_trunc('month', 'periods.measured_date') }} as date)

    left join weighted
        on valued.window_end = weighted.window_end and valued.dimension = weighted.dimension

)

select * from final
