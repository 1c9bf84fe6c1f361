-- Quarters of the win and loss report hold the deals of competitive_win_rate.
with

reported as (

    select * from {{ ref('report_win_loss_by_competitor') }}

    where competitor_id <> 'none'

),

published as (

    select * from {{ ref('kpi_values') }}

    where
        kpi_id = 'competitive_win_rate'
        and period_grain = 'quarter'
        and dimension = 'competitor'
        and sample_size > 0
        and value is not null

)

select
    coalesce(reported.quarter_start, published.period_start) as quarter_start,
    coalesce(reported.competitor_id, published.dimension_id) as competitor_id,
    reported.won_deals,
    published.numerator

from reported

full outer join published
    on
        reported.quarter_start = published.period_start
        and reported.competitor_id = published.dimension_id

where
    reported.won_deals is distinct from cast(published.numerator as bigint)
    or reported.decided_deals is distinct from cast(published.denominator as bigint)
