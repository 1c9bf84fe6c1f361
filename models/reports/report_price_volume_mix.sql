-- Why what was invoiced changed: more of it, other products, other prices.
with

products as (

    select * from {{ ref('fct_invoiced_products') }}

),

periods as (

    select distinct
        period_grain,
        period_start,
        prior_period_start

    from products

),

-- Every product of a period or the one before.
paired as (

    select
        periods.period_grain,
        periods.period_start,
        periods.prior_period_start,
        products.product_id,
        products.period_start = periods.period_start as is_current,
        products.revenue,
        products.priced_revenue,
        products.units

    from periods

    inner join products
        on
            periods.period_grain = products.period_grain
            and products.period_start in (periods.period_start, periods.prior_period_start)

),

compared as (

    select
        period_grain,
        period_start,
        prior_period_start,
        product_id,
        sum(case when is_current then revenue else 0 end) as revenue,
        sum(case when is_current then 0 else revenue end) as prior_revenue,
        sum(case when is_current then priced_revenue else 0 end) as priced_revenue,
        sum(case when is_current then 0 else priced_revenue end) as prior_priced_revenue,
        sum(case when is_current then units else 0 end) as units,
        sum(case when is_current then 0 else units end) as prior_units

    from paired

    group by period_grain, period_start, prior_period_start, product_id

),

grown as (

    select
        *,
        sum(units) over (partition by period_grain, period_start)
        / nullif(sum(prior_units) over (partition by period_grain, period_start), 0)
            as unit_growth,
        prior_priced_revenue / nullif(prior_units, 0) as prior_price

    from compared

),

final as (

    select
        period_grain,
        period_start,
        prior_period_start,
        product_id,
        prior_units,
        units,
        prior_revenue,
        revenue,
        revenue - prior_revenue as revenue_change,
        coalesce((unit_growth - 1) * prior_priced_revenue, 0) as volume_effect,
        coalesce((units - unit_growth * prior_units) * prior_price, 0) as mix_effect,
        coalesce(priced_revenue - units * prior_price, 0) as price_effect,
        case when prior_price is null then priced_revenue else 0 end as new_product_effect,
        (revenue - priced_revenue) - (prior_revenue - prior_priced_revenue) as unpriced_effect

    from grown

    where unit_growth is not null

)

select * from final
