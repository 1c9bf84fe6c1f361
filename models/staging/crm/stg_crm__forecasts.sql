-- depends_on: {{ ref('forecasts') }}
with

numbered as (

    {{ numbered_copies(
        source('crm', 'forecasts'),
        key=['submission_id'],
        newest_first=[
            read_as('amount', 'decimal(18, 4)') ~ ' is null',
            read_instant('submitted_at') ~ " desc nulls last",
        ],
        date_rules=ref('stg_crm__date_rules'),
    ) }}

),

renamed as (

    select
        ---------- ids
        submission_id,
        submitter_id,
        team_id,
        product_family_id,
        region_id,
        segment_id,
        pipeline_id,
        override_of,

        ---------- text
        coalesce(lower(level), 'rep') as forecast_level,
        coalesce(lower(category), 'commit') as category,
        lower(method) as method,
        upper(currency) as currency,

        ---------- numbers
        {{ read_as('amount', 'decimal(18, 4)') }} as amount,

        ---------- dates and instants
        {{ read_as('period_start', 'event_date') }} as period_start,
        {{ read_as('period_end', 'event_date') }} as period_end,
        {{ read_instant('submitted_at') }} as submitted_at,

        ---------- quality
        concat_ws(
            ', ',
            {{ unreadable('period_start', 'event_date') }},
            {{ unreadable('period_end', 'event_date') }},
            {{ unreadable('amount', 'decimal(18, 4)') }},
            {{ unreadable('submitted_at', 'timestamp') }}
        ) as unreadable_columns,
        {{ record_as_json('numbered') }} as raw_record,
        copy_number

    from numbered

),

final as (

    select
        *,
        case
            when submission_id is null then 'missing submission_id'
            when submitter_id is null then 'missing submitter_id'
            when {{ is_unreadable('period_start') }} then 'unreadable period_start'
            when period_start is null then 'missing period_start'
            when {{ is_unreadable('period_end') }} then 'unreadable period_end'
            when period_end is null then 'missing period_end'
            when {{ is_unreadable('amount') }} then 'unreadable amount'
            when amount is null then 'missing amount'
            when {{ is_unreadable('submitted_at') }} then 'unreadable submitted_at'
            when submitted_at is null then 'missing submitted_at'
            when period_end <= period_start then 'period_end not after period_start'
            when copy_number > 1 then 'older copy of the same key'
        end as reject_reason

    from renamed

)

select * from final
