with

emails as (

    select
        *,
        coalesce(sent_at, received_at) as email_at

    from {{ ref('fct_activities') }}

    where is_sent_email or is_received_email

),

settings as (

    select * from {{ ref('dim_settings') }}

),

-- Whoever of us writes next in the conversation has answered; a step of a sequence has not.
ordered as (

    select
        *,
        min(case when is_sent_email and not is_automated then sent_at end) over (
            partition by thread_id
            order by email_at, case when is_received_email then 0 else 1 end
            rows between current row and unbounded following
        ) as next_sent_at

    from emails

),

named_answers as (

    select
        response_to_id,
        min(sent_at) as sent_at

    from emails

    where is_sent_email and not is_automated

    group by response_to_id

),

answered as (

    select
        ordered.*,
        ordered.responded_at < ordered.received_at as is_mistimed,
        least(
            ordered.next_sent_at,
            case when ordered.responded_at >= ordered.received_at then ordered.responded_at end,
            case
                when named_answers.sent_at >= ordered.received_at then named_answers.sent_at
            end
        ) as answered_at

    from ordered

    left join named_answers
        on ordered.activity_id = named_answers.response_to_id

    where ordered.is_received_email and ordered.needs_reply

),

-- Of several that one answer meets, the earliest has waited longest.
numbered as (

    select
        answered.*,
        {{ seconds_between('answered.received_at', 'answered.answered_at') }} as response_seconds,
        {{ seconds_between('answered.received_at', 'settings.as_of') }} as age_seconds,
        settings.email_sla_hours * 3600 as sla_seconds,
        row_number() over (
            partition by answered.thread_id, answered.answered_at
            order by answered.received_at, answered.activity_id
        ) as message_number

    from answered

    cross join settings

    where answered.answered_at is not null or not coalesce(answered.is_mistimed, false)

),

final as (

    select
        activity_id,
        owner_id,
        team_id,
        region_id,
        segment_id,
        lead_source_id,
        received_date,
        1 as received_emails,
        case when response_seconds is null then 0 else 1 end as answered_emails,
        case when response_seconds is null then 1 else 0 end as unanswered_emails,
        coalesce(response_seconds, 0) as response_seconds,
        response_seconds / cast(3600 as double) as response_hours,
        coalesce(response_seconds, age_seconds) as waited_seconds,
        case when age_seconds >= sla_seconds then 1 else 0 end as due_emails,
        case when age_seconds >= sla_seconds and response_seconds <= sla_seconds then 1 else 0 end
            as punctual_emails

    from numbered

    where message_number = 1

)

select * from final
