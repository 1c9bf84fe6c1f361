-- The effects of each product add up to its change, and those of all products to the change of what
-- was invoiced.
with

effects as (

    select
        *,
        volume_effect + mix_effect + price_effect + new_product_effect + unpriced_effect as effects

    from {{ ref('report_price_volume_mix') }}

),

totals as (

    select * from {{ ref('kpi_revenue') }}

    where dimension = 'total'

),

summed as (

    select
        period_grain,
        period_start,
        max(prior_period_start) as prior_period_start,
        sum(effects) as effects,
        max(abs(effects - revenue_change)) as largest_gap

    from effects

    group by period_grain, period_start

)

select
    summed.*,
    totals.invoiced_amount,
    earlier.invoiced_amount as prior_invoiced_amount

from summed

inner join totals
    on
        summed.period_grain = totals.period_grain
        and summed.period_start = totals.period_start

inner join totals as earlier
    on
        summed.period_grain = earlier.period_grain
        and summed.prior_period_start = earlier.period_start

where
    summed.largest_gap > 0.01
    or abs(
        summed.effects
        - cast(totals.invoiced_amount - earlier.invoiced_amount as double)
    ) > 0.01
