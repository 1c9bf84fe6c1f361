with

visits as (

    select * from {{ ref('fct_stage_visits') }}

),

snapshot_dates as (

    select * from {{ ref('dim_snapshot_dates') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

-- A stage that was jumped over says nothing of how long one stays.
final as (

    select
        snapshot_dates.snapshot_date,
        visits.pipeline_id,
        visits.stage_name,
        count(*) as ended_visits,
        percentile_cont(0.5) within group (order by cast(visits.visit_seconds as double))
            as usual_seconds

    from snapshot_dates

    cross join settings

    inner join visits
        on
            snapshot_dates.snapshot_date > visits.exited_date
            and snapshot_dates.measured_date - settings.stalled_history_days <= visits.exited_date
            and settings.stage_jump_seconds < visits.visit_seconds

    group by snapshot_dates.snapshot_date, visits.pipeline_id, visits.stage_name

)

select * from final
