with

lines as (

    select * from {{ ref('fct_invoice_lines') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

    where period_grain in ('quarter', 'year') and is_complete

),

-- A unit has a price; what was invoiced without units, or given back, has none.
priced as (

    select
        *,
        is_order and quantity > 0 and amount_corporate is not null as is_priced

    from lines

),

final as (

    select
        periods.period_grain,
        periods.period_start,
        periods.prior_period_start,
        priced.product_id,
        coalesce(cast(sum(priced.amount_corporate) as double), 0) as revenue,
        cast(
            sum(case when priced.is_priced then priced.amount_corporate else 0 end) as double
        ) as priced_revenue,
        cast(sum(case when priced.is_priced then priced.quantity else 0 end) as double) as units

    from priced

    inner join periods
        on
            priced.invoice_date >= periods.period_start
            and priced.invoice_date < periods.period_end

    group by
        periods.period_grain, periods.period_start, periods.prior_period_start, priced.product_id

)

select * from final
