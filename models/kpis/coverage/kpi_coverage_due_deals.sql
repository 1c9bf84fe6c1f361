with

snapshots as (

    select * from {{ ref('fct_pipeline_snapshots') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

    where period_grain not in ('day', 'week') and future_index <= 4

),

settings as (

    select * from {{ ref('dim_settings') }}

),

-- An overdue date inside the period still counts; one before its start is not its business.
final as (

    select
        periods.period_grain,
        periods.period_start,
        snapshots.opportunity_id,
        snapshots.owner_id,
        snapshots.region_id,
        snapshots.segment_id,
        snapshots.pipeline_id,
        snapshots.amount_plan,
        snapshots.snapshot_date = periods.period_start as is_opening,
        snapshots.snapshot_date = settings.snapshot_date as is_now

    from snapshots

    cross join settings

    inner join periods
        on
            snapshots.expected_close_date >= periods.period_start
            and snapshots.expected_close_date < periods.period_end

    where
        snapshots.snapshot_date = periods.period_start
        or snapshots.snapshot_date = settings.snapshot_date

)

select * from final
