-- depends_on: {{ ref('activities') }}
with

numbered as (

    {{ numbered_copies(
        source('crm', 'activities'),
        key=['activity_id'],
        newest_first=[
            "activity_type is null or " ~ read_instant('created_at') ~ " is null",
            read_instant('completed_at') ~ " desc nulls last",
        ],
        date_rules=ref('stg_crm__date_rules'),
    ) }}

),

renamed as (

    select
        ---------- ids
        activity_id,
        performer_id,
        booked_by_id,
        account_id,
        contact_id,
        lead_id,
        opportunity_id,
        response_to_id,
        thread_id,
        message_id,
        external_id,

        ---------- text
        lower(activity_type) as activity_type,
        lower(direction) as direction,
        subject,
        lower(status) as status,
        superseded_by,
        lower(outcome) as outcome,
        lower(meeting_type) as meeting_type,

        ---------- numbers and booleans
        cast({{ read_as('recipient_count', 'decimal(18, 0)') }} as bigint) as recipient_count,
        cast({{ read_as('duration_seconds', 'decimal(18, 0)') }} as bigint) as duration_seconds,
        coalesce({{ read_as('is_automated', 'boolean') }}, false) as is_automated,
        coalesce({{ read_as('is_bulk', 'boolean') }}, false) as is_bulk,
        coalesce({{ read_as('is_auto_reply', 'boolean') }}, false) as is_auto_reply,
        coalesce({{ read_as('is_internal', 'boolean') }}, false) as is_internal,
        {{ read_as('needs_reply', 'boolean') }} as needs_reply,

        ---------- dates and instants
        {{ read_as('created_at', 'event_timestamp') }} as created_at,
        {{ read_as('scheduled_start', 'event_timestamp') }} as scheduled_start,
        {{ read_as('scheduled_end', 'event_timestamp') }} as scheduled_end,
        {{ read_as('completed_at', 'event_timestamp') }} as completed_at,
        {{ read_as('sent_at', 'event_timestamp') }} as sent_at,
        {{ read_as('received_at', 'event_timestamp') }} as received_at,
        {{ read_as('responded_at', 'event_timestamp') }} as responded_at,
        {{ read_as('cancelled_at', 'event_timestamp') }} as cancelled_at,

        ---------- quality
        concat_ws(
            ', ',
            {% for column in ['created_at', 'scheduled_start', 'scheduled_end', 'completed_at',
                'sent_at', 'received_at', 'responded_at', 'cancelled_at'] -%}
            {{ unreadable(column, 'event_timestamp') }},
            {% endfor -%}
            {{ unreadable('recipient_count', 'decimal(18, 0)') }},
            {{ unreadable('duration_seconds', 'decimal(18, 0)') }},
            {% for column in ['is_automated', 'is_bulk', 'is_auto_reply', 'is_internal'] -%}
            {{ unreadable(column, 'boolean') }},
            {% endfor -%}
            {{ unreadable('needs_reply', 'boolean') }}
        ) as unreadable_columns,
        {{ record_as_json('numbered') }} as raw_record,
        copy_number

    from numbered

),

final as (

    select
        *,
        case
            when activity_id is null then 'missing activity_id'
            when activity_type is null then 'missing activity_type'
            when unreadable_columns like '%created_at%' then 'unreadable created_at'
            when created_at is null then 'missing created_at'
            when copy_number > 1 then 'older copy of the same key'
        end as reject_reason

    from renamed

)

select * from final
