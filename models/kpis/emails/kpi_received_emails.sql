{%- set attributes = ['rep', 'region', 'segment', 'lead_source'] -%}

with

measured as (

    {{ measured(
        ref('received_emails'),
        date='received_date',
        attributes=attributes,
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

survival as (

    {{ survival_median(
        ref('received_emails'),
        date='received_date',
        attributes=attributes,
        wait='waited_seconds',
        ended='answered_emails',
    ) }}

),

final as (

    select
        measured.*,
        measured.response_seconds / cast(3600 as double) as response_hours,
        measured.response_seconds / cast(nullif(3600 * measured.answered_emails, 0) as double)
            as mean_response_hours,
        survival.median_wait / cast(3600 as double) as km_median_hours,
        measured.unanswered_emails / cast(nullif(measured.received_emails, 0) as double)
            as unanswered_share,
        measured.punctual_emails / cast(nullif(measured.due_emails, 0) as double)
            as email_sla_rate

    from measured

    left join survival
        on
            measured.period_grain = survival.period_grain
            and measured.period_start = survival.period_start
            and measured.dimension = survival.dimension
            and measured.dimension_id is not distinct from survival.dimension_id

)

select * from final
