with

answered as (

    select * from {{ ref('answered_emails') }}

),

settings as (

    select * from {{ ref('dim_settings') }}

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
