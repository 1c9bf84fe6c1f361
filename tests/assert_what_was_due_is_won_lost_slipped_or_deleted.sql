-- Every deal that a period opened with as due stands once in the report with its outcome, at the
-- value that the waterfall opens with, and those that slipped are the slip rate.
with

reported as (

    select
        period_grain,
        period_start,
        count(*) as deals,
        sum(coalesce(amount_corporate, 0)) as amount,
        sum(case when is_slipped then coalesce(amount_corporate, 0) else 0 end) as slipped_amount

    from {{ ref('report_slipped_deals') }}

    group by period_grain, period_start

),

openings as (

    select * from {{ ref('report_pipeline_waterfall') }}

    where scope = 'due' and dimension = 'total' and movement = 'opening'

),

slip_rates as (

    select * from {{ ref('kpi_slipped_deals') }}

    where dimension = 'total' and slip_rate is not null

)

select
    coalesce(reported.period_grain, openings.period_grain) as period_grain,
    coalesce(reported.period_start, openings.period_start) as period_start,
    reported.amount,
    openings.amount as opening_amount,
    reported.slipped_amount,
    slip_rates.slipped_amount as measured_slipped_amount

from reported

full outer join openings
    on
        reported.period_grain = openings.period_grain
        and reported.period_start = openings.period_start

left join slip_rates
    on
        reported.period_grain = slip_rates.period_grain
        and reported.period_start = slip_rates.period_start

where
    reported.deals is distinct from openings.deals
    or reported.amount is distinct from openings.amount
    or reported.slipped_amount <> slip_rates.slipped_amount
