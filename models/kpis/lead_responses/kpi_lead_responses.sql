with

measured as (

    {{ measured(
        ref('lead_responses'),
        date='created_date',
        attributes=['rep', 'region', 'segment', 'lead_source', 'campaign'],
        counts=[
            'waiting_leads', 'contacted_leads', 'uncontacted_leads', 'due_leads', 'prompt_leads',
            'response_seconds',
        ],
        medians={
            'median_minutes': 'response_minutes',
            'p90_minutes': ('response_minutes', 0.9),
        },
    ) }}

),

survival as (

    {{ survival_median(
        ref('lead_responses'),
        date='created_date',
        attributes=['rep', 'region', 'segment', 'lead_source', 'campaign'],
        wait='waited_seconds',
        ended='contacted_leads',
    ) }}

),

final as (

    select
        measured.*,
        measured.response_seconds / cast(60 as double) as response_minutes,
        measured.response_seconds / cast(60 as double)
        / cast(nullif(measured.contacted_leads, 0) as double) as mean_minutes,
        survival.median_wait / cast(60 as double) as survival_minutes,
        measured.prompt_leads / cast(nullif(measured.due_leads, 0) as double) as within_sla_rate,
        measured.uncontacted_leads / cast(nullif(measured.waiting_leads, 0) as double)
            as never_contacted_share

    from measured

    left join survival
        on
            measured.period_grain = survival.period_grain
            and measured.period_start = survival.period_start
            and measured.dimension = survival.dimension
            and measured.dimension_id is not distinct from survival.dimension_id

)

select * from final
