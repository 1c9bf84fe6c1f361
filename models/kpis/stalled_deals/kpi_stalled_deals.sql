with

periods as (

    select * from {{ ref('dim_periods') }}

    where is_started and period_grain not in ('day', 'week')

),

by_snapshot as (

    {{ sliced(
        ref('stalled_deals'),
        keys=['snapshot_date'],
        team_date='measured_date',
        attributes=['rep', 'region', 'segment', 'pipeline'],
        members=['product', 'product_family'],
        counts=['valued_deals'],
        amounts=['open_amount', 'stalled_amount', 'idle_amount', 'slow_amount', 'overdue_amount'],
    ) }}

),

final as (

    select
        periods.period_grain,
        periods.period_start,
        by_snapshot.dimension,
        by_snapshot.dimension_id,
        by_snapshot.valued_deals,
        by_snapshot.open_amount,
        by_snapshot.stalled_amount,
        by_snapshot.idle_amount,
        by_snapshot.slow_amount,
        by_snapshot.overdue_amount,
        cast(by_snapshot.stalled_amount as double)
        / cast(nullif(by_snapshot.open_amount, 0) as double) as stalled_pipeline_share,
        cast(by_snapshot.idle_amount as double)
        / cast(nullif(by_snapshot.open_amount, 0) as double) as idle_pipeline_share,
        cast(by_snapshot.slow_amount as double)
        / cast(nullif(by_snapshot.open_amount, 0) as double) as slow_pipeline_share,
        cast(by_snapshot.overdue_amount as double)
        / cast(nullif(by_snapshot.open_amount, 0) as double) as overdue_pipeline_share

    from periods

    inner join by_snapshot
        on periods.snapshot_date = by_snapshot.snapshot_date

)

select * from final
