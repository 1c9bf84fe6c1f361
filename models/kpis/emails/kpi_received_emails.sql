with

waits as (

    select * from {{ ref('email_waits') }}

),

measured as (

    {{ measured(
        ref('received_emails'),
        date='received_date',
        attributes=['rep', 'region', 'segment', 'lead_source'],
        counts=[
            'received_emails', 'answered_emails', 'unanswered_emails', 'response_seconds',
            'due_emails', 'punctual_emails',
        ],
        medians={
            'median_response_hours': 'response_hours',
            'p90_response_hours': ('response_hours', 0.9),
        },
    ) }}

),

final as (

    select
        measured.*,
        measured.response_seconds / cast(3600 as double) as response_hours,
        measured.response_seconds / cast(nullif(3600 * measured.answered_emails, 0) as double)
            as mean_response_hours,
        waits.km_median_hours,
        measured.unanswered_emails / cast(nullif(measured.received_emails, 0) as double)
            as unanswered_share,
        measured.punctual_emails / cast(nullif(measured.due_emails, 0) as double)
            as email_sla_rate

    from measured

    left join waits
        on
            measured.period_grain = waits.period_grain
            and measured.period_start = waits.period_start
            and measured.dimension = waits.dimension
            and measured.dimension_id is not distinct from waits.dimension_id

)

select * from final
