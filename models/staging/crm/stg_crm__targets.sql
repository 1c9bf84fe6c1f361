-- depends_on: {{ ref('targets') }}
with

numbered as (

    {{ numbered_copies(
        source('crm', 'targets'),
        key=['target_id', read_instant('updated_at')],
        newest_first=[
            read_as('target_value', 'decimal(18, 4)') ~ ' is null',
        ],
        date_rules=ref('stg_crm__date_rules'),
    ) }}

),

renamed as (

    select
        ---------- ids
        target_id,
        kpi_id,
        scope_id,
        objective_id,
        owner_id,

        ---------- text
        lower(coalesce(scope_type, 'total')) as scope_type,
        lower(status) as status,

        ---------- numbers
        {{ read_as('baseline', 'decimal(18, 4)') }} as baseline,
        {{ read_as('target_value', 'decimal(18, 4)') }} as target_value,
        {{ read_as('stretch_value', 'decimal(18, 4)') }} as stretch_value,

        ---------- dates and instants
        {{ read_as('start_date', 'event_date') }} as start_date,
        {{ read_as('end_date', 'event_date') }} as end_date,
        {{ read_instant('updated_at') }} as updated_at,

        ---------- quality
        concat_ws(
            ', ',
            {{ unreadable('baseline', 'decimal(18, 4)') }},
            {{ unreadable('target_value', 'decimal(18, 4)') }},
            {{ unreadable('start_date', 'event_date') }},
            {{ unreadable('end_date', 'event_date') }},
            {{ unreadable('stretch_value', 'decimal(18, 4)') }},
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
            when target_id is null then 'missing target_id'
            when kpi_id is null then 'missing kpi_id'
            when target_value is null and unreadable_columns like '%target_value%'
                then 'unreadable target_value'
            when target_value is null then 'missing target_value'
            when start_date is null and unreadable_columns like '%start_date%'
                then 'unreadable start_date'
            when start_date is null then 'missing start_date'
            when end_date is null and unreadable_columns like '%end_date%'
                then 'unreadable end_date'
            when end_date is null then 'missing end_date'
            when end_date <= start_date then 'end_date not after start_date'
            when copy_number > 1 then 'older copy of the same key'
        end as reject_reason

    from renamed

)

select * from final
