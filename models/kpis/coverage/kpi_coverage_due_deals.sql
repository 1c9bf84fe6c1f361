with

snapshots as (

    select * from {{ ref('fct_pipeline_snapshots') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

    where period_grain not in ('day', 'week') and future_index <= 4

),

rates as (

    select * from {{ ref('dim_exchange_rates') }}

),

settings as (

    select * from {{ ref('dim_settings') }}

),

-- An overdue date inside the period still counts; one before its start is not its business. The
-- quota of a period has the plan rate of its first day, so its pipeline has the same.
final as (

    select
        periods.period_grain,
        periods.period_start,
        snapshots.opportunity_id,
        snapshots.owner_id,
        snapshots.region_id,
        snapshots.segment_id,
        snapshots.pipeline_id,
        snapshots.expected_close_date,
        {{ multiply_money('snapshots.amount', 'rates.plan_rate') }} as amount_plan,
        snapshots.snapshot_date = periods.period_start as is_opening,
        snapshots.snapshot_date = settings.snapshot_date as is_now

    from snapshots

    cross join settings

    inner join periods
        on
            snapshots.expected_close_date >= periods.period_start
            and snapshots.expected_close_date < periods.period_end

    left join rates
        on
            snapshots.currency = rates.currency
            and periods.period_start = rates.date_day

    where
        snapshots.snapshot_date = periods.period_start
        or snapshots.snapshot_date = settings.snapshot_date

)

select * from final
