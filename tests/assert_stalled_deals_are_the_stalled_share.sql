-- The deals that the report calls stalled are the numerator of the share, and all of it the
-- denominator, in every month and region.
with

reported as (

    select
        snapshot_date,
        region_id,
        sum(amount_corporate) as open_amount,
        sum(case when is_stalled then amount_corporate else 0 end) as stalled_amount

    from {{ ref('report_stalled_deals') }}

    where amount_corporate is not null

    group by snapshot_date, region_id

),

measured as (

    select
        periods.snapshot_date,
        shares.dimension_id as region_id,
        shares.open_amount,
        shares.stalled_amount

    from {{ ref('kpi_stalled_deals') }} as shares

    inner join {{ ref('dim_periods') }} as periods
        on
            shares.period_grain = periods.period_grain
            and shares.period_start = periods.period_start

    where shares.period_grain = 'month' and shares.dimension = 'region'

)

select
    measured.snapshot_date,
    measured.region_id,
    measured.stalled_amount,
    reported.stalled_amount as reported_amount

from measured

left join reported
    on measured.snapshot_date = reported.snapshot_date and measured.region_id = reported.region_id

where
    measured.open_amount is distinct from reported.open_amount
    or measured.stalled_amount is distinct from reported.stalled_amount
