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

heard as (

    select
        snapshots.snapshot_date,
        snapshots.measured_date,
        snapshots.opportunity_id,
        starts.start_date,
        greatest(signs_of_deals.sign_date, signs_of_companies.sign_date) as last_two_way_date,
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

final as (

    select
        snapshot_date,
        opportunity_id,
        last_two_way_date,
        {{ days_between('greatest(start_date, last_two_way_date)', 'measured_date') }} as idle_days,
        is_silence_known,
        stalled_no_activity_days

    from heard

)

select * from final
