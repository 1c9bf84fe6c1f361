with

measured as (

    {{ measured(
        ref('sent_emails'),
        date='sent_date',
        attributes=['rep', 'region', 'segment', 'lead_source', 'campaign'],
        counts=['emails_sent', 'emails_delivered', 'begun_threads', 'replied_threads'],
    ) }}

),

final as (

    select
        *,
        replied_threads / cast(nullif(begun_threads, 0) as double) as email_reply_rate

    from measured

)

select * from final
