-- depends_on: {{ ref('training_records') }}
with

numbered as (

    {{ numbered_copies(
        source('crm', 'training_records'),
        key=['record_id'],
        newest_first=[read_instant('completed_at') ~ ' desc nulls last'],
        date_rules=ref('stg_crm__date_rules'),
    ) }}

),

renamed as (

    select
        ---------- ids
        record_id,
        user_id,
        coach_id,

        ---------- text
        course,
        lower(skill) as skill,

        ---------- numbers
        {{ read_as('score', 'double') }} as score,

        ---------- dates and instants
        {{ read_as('started_at', 'event_timestamp') }} as started_at,
        {{ read_as('completed_at', 'event_timestamp') }} as completed_at,

        ---------- quality
        concat_ws(
            ', ',
            {{ unreadable('score', 'double') }},
            {{ unreadable('started_at', 'event_timestamp') }},
            {{ unreadable('completed_at', 'event_timestamp') }}
        ) as unreadable_columns,
        {{ record_as_json('numbered') }} as raw_record,
        copy_number

    from numbered

),

final as (

    select
        *,
        case
            when record_id is null then 'missing record_id'
            when user_id is null then 'missing user_id'
            when completed_at < started_at then 'completed before it started'
            when copy_number > 1 then 'older copy of the same key'
        end as reject_reason

    from renamed

)

select * from final
