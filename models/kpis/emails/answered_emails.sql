with

emails as (

    select
        *,
        coalesce(sent_at, received_at) as email_at

    from {{ ref('fct_activities') }}

    where is_sent_email or is_received_email

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

final as (

    select
        ordered.activity_id,
        ordered.owner_id,
        ordered.team_id,
        ordered.region_id,
        ordered.segment_id,
        ordered.lead_source_id,
        ordered.thread_id,
        ordered.received_at,
        ordered.received_date,
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

)

select * from final
