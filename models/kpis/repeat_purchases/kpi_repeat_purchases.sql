{%- set attributes = ['region', 'product', 'product_family', 'segment', 'lead_source'] -%}
with

orders as (

    select * from {{ ref('fct_invoice_lines') }}

    where is_order and account_id <> '-1'

),

periods as (

    select * from {{ ref('dim_periods') }}

    where is_started and period_grain not in ('day', 'week')

),

settings as (

    select * from {{ ref('dim_settings') }}

),

windows as (

    select distinct
        periods.measured_date as window_end,
        periods.measured_date - settings.repeat_window_days as window_start

    from periods

    cross join settings

),

-- Who bought on two days bought on another day first than last.
buyers as (

    select
        windows.window_end,
        orders.account_id,
        {{ slice_keys(attributes) }},
        min(orders.invoice_date) as first_date,
        max(orders.invoice_date) as last_date,
        count(distinct orders.invoice_id) as orders

    from orders

    inner join windows
        on
            orders.invoice_date >= windows.window_start
            and orders.invoice_date < windows.window_end

    group by {{ slices(attributes, 'window_end, account_id') }}

),

counted as (

    select
        window_end,
        dimension,
        dimension_id,
        count(*) as buyers,
        count(*) filter (where last_date > first_date) as repeat_buyers,
        cast(sum(orders) as bigint) as orders

    from buyers

    group by window_end, dimension, dimension_id

),

final as (

    select
        periods.period_grain,
        periods.period_start,
        counted.dimension,
        counted.dimension_id,
        windows.window_start,
        counted.buyers,
        counted.repeat_buyers,
        counted.orders,
        counted.repeat_buyers / cast(nullif(counted.buyers, 0) as double) as repeat_purchase_rate,
        counted.orders / cast(nullif(counted.buyers, 0) as double) as avg_purchase_frequency

    from counted

    inner join periods
        on counted.window_end = periods.measured_date

    inner join windows
        on counted.window_end = windows.window_end

)

select * from final
