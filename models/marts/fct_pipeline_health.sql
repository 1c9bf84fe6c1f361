with

snapshots as (

    select * from {{ ref('fct_pipeline_snapshots') }}

),

silences as (

    select * from {{ ref('fct_deal_silences') }}

),

ages as (

    select * from {{ ref('fct_stage_ages') }}

),

judged as (

    select
        snapshots.*,
        silences.last_two_way_date,
        silences.idle_days,
        ages.stage_seconds,
        ages.usual_seconds,
        silences.is_silence_known
        and silences.idle_days >= silences.stalled_no_activity_days as is_idle,
        coalesce(ages.stage_seconds > ages.longest_seconds, false) as is_slow,
        coalesce(snapshots.expected_close_date < snapshots.measured_date, false) as is_overdue

    from snapshots

    inner join silences
        on
            snapshots.snapshot_date = silences.snapshot_date
            and snapshots.opportunity_id = silences.opportunity_id

    left join ages
        on
            snapshots.snapshot_date = ages.snapshot_date
            and snapshots.opportunity_id = ages.opportunity_id

),

final as (

    select
        snapshot_date,
        measured_date,
        opportunity_id,
        owner_id,
        team_id,
        region_id,
        segment_id,
        pipeline_id,
        stage,
        amount_corporate,
        win_probability,
        expected_close_date,
        last_two_way_date,
        idle_days,
        stage_seconds / cast(86400 as double) as stage_days,
        usual_seconds / cast(86400 as double) as usual_stage_days,
        is_idle,
        is_slow,
        is_overdue,
        is_idle or is_slow or is_overdue as is_stalled

    from judged

)

select * from final
