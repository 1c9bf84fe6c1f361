with

leads as (

    select * from {{ ref('fct_leads') }}

),

attempts as (

    select * from {{ ref('fct_lead_attempts') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

input_coverage as (

    select * from {{ ref('dim_input_coverage') }}

    where table_name = 'activities'

),

-- Who was spoken to before there was a lead did not wait; before activities were recorded nobody
-- can tell.
timed as (

    select
        leads.*,
        attempts.first_attempt_at,
        {{ seconds_between('leads.created_at', 'attempts.first_attempt_at') }} as response_seconds,
        {{ seconds_between('leads.created_at', 'settings.as_of') }} as age_seconds,
        settings.speed_to_lead_sla_minutes * 60 as promised_seconds

    from leads

    cross join settings

    cross join input_coverage

    left join attempts
        on leads.lead_id = attempts.lead_id

    where
        leads.is_counted
        and leads.created_date >= input_coverage.covered_from
        and coalesce(attempts.first_attempt_at >= leads.created_at, true)

),

final as (

    select
        lead_id,
        owner_id,
        team_id,
        region_id,
        segment_id,
        lead_source_id,
        campaign_id,
        response_seconds is not null as is_contacted,
        age_seconds >= promised_seconds as is_due,
        coalesce(response_seconds <= promised_seconds, false) as is_within_promise,
        response_seconds,
        coalesce(response_seconds, age_seconds) as waited_seconds,
        created_at,
        first_attempt_at,
        created_date

    from timed

)

select * from final
