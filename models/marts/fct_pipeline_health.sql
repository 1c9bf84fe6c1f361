with

snapshots as (

    select * from {{ ref('fct_pipeline_snapshots') }}

),

attributes as (

    select * from {{ ref('crm_opportunity_attributes') }}

),

starts as (

    select * from {{ ref('crm_opportunity_starts') }}

),

visits as (

    select * from {{ ref('crm_stage_visits') }}

),

norms as (

    select * from {{ ref('fct_stage_norms') }}

),

signs as (

    select * from {{ ref('fct_signs_of_life') }}

),

input_coverage as (

    select * from {{ ref('dim_input_coverage') }}

    where table_name = 'activities'

),

settings as (

    select * from {{ ref('crm_settings') }}

),

aged as (

    select
        snapshots.*,
        starts.start_date,
        greatest(
            coalesce(signs_of_deals.sign_date, signs_of_companies.sign_date),
            coalesce(signs_of_companies.sign_date, signs_of_deals.sign_date)
        ) as last_two_way_date,
        {{ seconds_between(
            'visits.entered_at',
            'least('
            ~ to_instant('snapshots.snapshot_date', 'settings.reporting_tz')
            ~ ', settings.as_of)'
        ) }} as stage_seconds,
        norms.usual_seconds,
        settings.stalled_stage_multiple * norms.usual_seconds as longest_seconds,
        settings.stalled_no_activity_days,
        -- Nobody is silent who could not be heard: activities must be known for the whole time.
        coalesce(
            input_coverage.covered_from
            <= snapshots.measured_date - settings.stalled_no_activity_days,
            false
        ) as is_silence_known

    from snapshots

    cross join settings

    cross join input_coverage

    inner join attributes
        on snapshots.opportunity_id = attributes.opportunity_id

    inner join starts
        on snapshots.opportunity_id = starts.opportunity_id

    left join visits
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

    left join signs as signs_of_deals
        on
            signs_of_deals.subject_type = 'deal'
            and snapshots.opportunity_id = signs_of_deals.subject_id
            and snapshots.snapshot_date > signs_of_deals.sign_date
            and snapshots.snapshot_date <= {{ open_end('signs_of_deals.next_sign_date') }}

    left join signs as signs_of_companies
        on
            signs_of_companies.subject_type = 'company'
            and attributes.account_id = signs_of_companies.subject_id
            and snapshots.snapshot_date > signs_of_companies.sign_date
            and snapshots.snapshot_date <= {{ open_end('signs_of_companies.next_sign_date') }}

),

timed as (

    select
        *,
        {{ days_between(
            'greatest(start_date, coalesce(last_two_way_date, start_date))', 'measured_date'
        ) }} as idle_days

    from aged

),

judged as (

    select
        *,
        is_silence_known and idle_days >= stalled_no_activity_days as is_idle,
        coalesce(stage_seconds > longest_seconds, false) as is_slow,
        coalesce(expected_close_date < measured_date, false) as is_overdue

    from timed

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
