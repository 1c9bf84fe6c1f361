with

leads as (

    select * from {{ ref('fct_leads') }}

),

activities as (

    select * from {{ ref('fct_activities') }}

    where is_countable and not is_automated and coalesce(direction, 'outbound') = 'outbound'

),

settings as (

    select * from {{ ref('crm_settings') }}

),

input_coverage as (

    select * from {{ ref('dim_input_coverage') }}

    where table_name = 'activities'

),

-- A call counts when it was over, an e-mail when it was sent, a meeting when it was booked.
attempts as (

    select
        leads.surviving_lead_id as lead_id,
        min(
            case
                when activities.is_call then activities.completed_at
                when activities.is_sent_email then activities.sent_at
                else activities.created_at
            end
        ) as first_attempt_at

    from activities

    inner join leads
        on activities.lead_id = leads.lead_id

    where activities.is_call or activities.is_sent_email or activities.is_booking

    group by leads.surviving_lead_id

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
