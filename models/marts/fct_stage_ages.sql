with

snapshots as (

    select * from {{ ref('fct_pipeline_snapshots') }}

),

visits as (

    select * from {{ ref('crm_stage_visits') }}

),

norms as (

    select * from {{ ref('fct_stage_norms') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

final as (

    select
        snapshots.snapshot_date,
        snapshots.opportunity_id,
        {{ seconds_between(
            'visits.entered_at',
            'least('
            ~ to_instant('snapshots.snapshot_date', 'settings.reporting_tz')
            ~ ', settings.as_of)'
        ) }} as stage_seconds,
        norms.usual_seconds,
        settings.stalled_stage_multiple * norms.usual_seconds as longest_seconds

    from snapshots

    cross join settings

    inner join visits
        on
            snapshots.opportunity_id = visits.opportunity_id
            and {{ to_instant('snapshots.snapshot_date', 'settings.reporting_tz') }}
            > visits.entered_at
            and coalesce(
                {{ to_instant('snapshots.snapshot_date', 'settings.reporting_tz') }}
                <= visits.exited_at,
                true
            )

    left join norms
        on
            snapshots.snapshot_date = norms.snapshot_date
            and visits.pipeline_id = norms.pipeline_id
            and visits.stage_name = norms.stage_name

)

select * from final
