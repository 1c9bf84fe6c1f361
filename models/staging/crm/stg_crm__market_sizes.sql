-- depends_on: {{ ref('market_sizes') }}
with

numbered as (

    {{ numbered_copies(
        source('crm', 'market_sizes'),
        key=[
            'market_id', 'geography', 'product_family_id', 'segment_id', 'period_start',
            'period_end', 'basis', 'version', 'competitor_id',
        ],
        newest_first=[
            read_as('period_start', 'event_date') ~ ' is null or '
            ~ read_as('period_end', 'event_date') ~ ' is null or '
            ~ read_as('total_value', 'decimal(18, 4)') ~ ' is null',
        ],
        date_rules=ref('stg_crm__date_rules'),
    ) }}

),

renamed as (

    select
        ---------- ids
        market_id,
        geography,
        product_family_id,
        segment_id,
        competitor_id,

        ---------- text
        coalesce(lower(basis), 'revenue') as basis,
        version,
        source,

        ---------- numbers
        {{ read_as('total_value', 'decimal(18, 4)') }} as total_value,
        {{ read_as('own_value', 'decimal(18, 4)') }} as own_value,
        {{ read_as('competitor_value', 'decimal(18, 4)') }} as competitor_value,

        ---------- booleans
        coalesce({{ read_as('is_estimate', 'boolean') }}, false) as is_estimate,

        ---------- dates and instants
        {{ read_as('period_start', 'event_date') }} as period_start,
        {{ read_as('period_end', 'event_date') }} as period_end,
        {{ read_instant('published_at') }} as published_at,

        ---------- quality
        concat_ws(
            ', ',
            {{ unreadable('total_value', 'decimal(18, 4)') }},
            {{ unreadable('own_value', 'decimal(18, 4)') }},
            {{ unreadable('competitor_value', 'decimal(18, 4)') }},
            {{ unreadable('is_estimate', 'boolean') }},
            {{ unreadable('period_start', 'event_date') }},
            {{ unreadable('period_end', 'event_date') }}
        ) as unreadable_columns,
        {{ record_as_json('numbered') }} as raw_record,
        copy_number

    from numbered

),

final as (

    select
        *,
        case
            when market_id is null then 'missing market_id'
            when period_start is null and {{ is_unreadable('period_start') }}
                then 'unreadable period_start'
            when period_start is null then 'missing period_start'
            when period_end is null and {{ is_unreadable('period_end') }}
                then 'unreadable period_end'
            when period_end is null then 'missing period_end'
            when period_end <= period_start then 'period_end not after period_start'
            when total_value is null and {{ is_unreadable('total_value') }}
                then 'unreadable total_value'
            when total_value is null then 'missing total_value'
            when copy_number > 1 then 'older copy of the same key'
        end as reject_reason

    from renamed

)

select * from final
