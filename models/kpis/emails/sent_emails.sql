with

emails as (

    select
        *,
        row_number() over (
            partition by thread_id
            order by
                coalesce(sent_at, received_at),
                case when is_sent_email then 0 else 1 end,
                activity_id
        ) as email_number

    from {{ ref('fct_activities') }}

    where is_sent_email or is_received_email

),

settings as (

    select * from {{ ref('dim_settings') }}

),

-- Only whoever had the time to answer is asked whether he did.
openings as (

    select
        emails.activity_id,
        emails.thread_id,
        emails.sent_at,
        settings.email_reply_days * 86400 as reply_seconds

    from emails

    cross join settings

    where
        emails.is_sent_email
        and emails.email_number = 1
        and {{ seconds_between('emails.sent_at', 'settings.as_of') }}
        >= settings.email_reply_days * 86400

),

replied as (

    select distinct openings.activity_id

    from openings

    inner join emails as replies
        on openings.thread_id = replies.thread_id

    where
        replies.is_received_email
        and {{ seconds_between('openings.sent_at', 'replies.received_at') }}
        <= openings.reply_seconds

),

final as (

    select
        emails.activity_id,
        emails.owner_id,
        emails.team_id,
        emails.region_id,
        emails.segment_id,
        emails.lead_source_id,
        emails.campaign_id,
        emails.sent_date,
        1 as emails_sent,
        case when emails.outcome = 'bounced' then 0 else 1 end as emails_delivered,
        case when openings.activity_id is null then 0 else 1 end as begun_threads,
        case when replied.activity_id is null then 0 else 1 end as replied_threads

    from emails

    left join openings
        on emails.activity_id = openings.activity_id

    left join replied
        on emails.activity_id = replied.activity_id

    where emails.is_sent_email

)

select * from final
