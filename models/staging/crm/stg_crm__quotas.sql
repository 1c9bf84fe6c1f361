-- depends_on: {{ ref('quotas') }}
with

numbered as (

    {{ numbered_copies(
        source('crm', 'quotas'),
        key=[
            'user_id', 'team_id', read_as('period_start', 'date'), read_as('period_end', 'date'),
            'lower(measure)', 'product_family_id', 'region_id', 'segment_id', 'pipeline_id',
            'coalesce(' ~ read_as('valid_from', 'date') ~ ', '
            ~ read_as('period_start', 'date') ~ ')',
        ],
        newest_first=[
            read_as('amount', 'decimal(18, 4)') ~ ' is null',
            read_instant('updated_at') ~ " desc nulls last",
        ],
        date_rules=ref('stg_crm__date_rules'),
    ) }}

),

renamed as (

    select
        ---------- ids
        user_id,
        team_id,
        product_family_id,
        region_id,
        segment_id,
        pipeline_id,

        ---------- text
        lower(measure) as measure,
        upper(currency) as currency,

        ---------- numbers
        {{ read_as('amount', 'decimal(18, 4)') }} as amount,

        ---------- booleans
        coalesce({{ read_as('is_ramp', 'boolean') }}, false) as is_ramp,

        ---------- dates and instants
        {{ read_as('period_start', 'event_date') }} as period_start,
        {{ read_as('period_end', 'event_date') }} as period_end,
        coalesce(
            {{ read_as('valid_from', 'event_date') }},
            {{ read_as('period_start', 'event_date') }}
        ) as valid_from,
        {{ read_as('valid_to', 'event_date') }} as valid_to,
        {{ read_instant('updated_at') }} as updated_at,

        ---------- quality
        concat_ws(
            ', ',
            {{ unreadable('period_start', 'event_date') }},
            {{ unreadable('period_end', 'event_date') }},
            {{ unreadable('amount', 'decimal(18, 4)') }},
            {{ unreadable('is_ramp', 'boolean') }},
            {{ unreadable('valid_from', 'event_date') }},
            {{ unreadable('valid_to', 'event_date') }},
            {{ unreadable('updated_at', 'timestamp') }}
        ) as unreadable_columns,
        {{ record_as_json('numbered') }} as raw_record,
        copy_number

    from numbered

),

final as (

    select
        *,
        case
            when user_id is null and team_id is null then 'missing user_id and team_id'
            when unreadable_columns like '%period_start%' then 'unreadable period_start'
            when period_start is null then 'missing period_start'
            when unreadable_columns like '%period_end%' then 'unreadable period_end'
            when period_end is null then 'missing period_end'
            when {{ is_unreadable('amount') }} then 'unreadable amount'
            when amount is null then 'missing amount'
            when period_end <= period_start then 'period_end not after period_start'
            when {{ is_unreadable('valid_from') }} then 'unreadable valid_from'
            when {{ is_unreadable('valid_to') }} then 'unreadable valid_to'
            when copy_number > 1 then 'older copy of the same key'
        end as reject_reason

    from renamed

)

select * from final
