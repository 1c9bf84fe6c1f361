-- depends_on: {{ ref('decisions') }}
with

numbered as (

    {{ numbered_copies(
        source('crm', 'decisions'),
        key=['decision_id'],
        date_rules=ref('stg_crm__date_rules'),
    ) }}

),

renamed as (

    select
        ---------- ids
        decision_id,
        kpi_id,
        scope_id,
        owner_id,

        ---------- text
        decision,
        reason,
        lower(coalesce(scope_type, 'total')) as scope_type,

        ---------- numbers
        {{ read_as('expected_change', 'double') }} as expected_change,

        ---------- dates
        {{ read_as('started_on', 'event_date') }} as started_on,
        {{ read_as('ended_on', 'event_date') }} as ended_on,

        ---------- quality
        concat_ws(
            ', ',
            {{ unreadable('expected_change', 'double') }},
            {{ unreadable('started_on', 'event_date') }},
            {{ unreadable('ended_on', 'event_date') }}
        ) as unreadable_columns,
        {{ record_as_json('numbered') }} as raw_record,
        copy_number

    from numbered

),

final as (

    select
        *,
        case
            when decision_id is null then 'missing decision_id'
            when decision is null then 'missing decision'
            when kpi_id is null then 'missing kpi_id'
            when started_on is null and unreadable_columns like '%started_on%'
                then 'unreadable started_on'
            when started_on is null then 'missing started_on'
            when copy_number > 1 then 'older copy of the same key'
        end as reject_reason

    from renamed

)

select * from final
