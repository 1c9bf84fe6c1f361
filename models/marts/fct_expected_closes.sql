with

periods as (

    select * from {{ ref('dim_periods') }}

    where is_started and period_grain not in ('day', 'week')

),

snapshots as (

    select * from {{ ref('fct_pipeline_snapshots') }}

),

final as (

    select
        periods.period_grain,
        periods.period_start,
        periods.period_end,
        periods.is_complete,
        periods.measured_date as closing_date,
        periods.snapshot_date as closing_snapshot_date,
        snapshots.opportunity_id,
        snapshots.owner_id,
        snapshots.team_id,
        snapshots.region_id,
        snapshots.segment_id,
        snapshots.pipeline_id,
        snapshots.stage,
        snapshots.amount_corporate,
        snapshots.expected_close_date

    from periods

    inner join snapshots
        on
            periods.period_start = snapshots.snapshot_date
            and periods.period_start <= snapshots.expected_close_date
            and periods.period_end > snapshots.expected_close_date

)

select * from final
