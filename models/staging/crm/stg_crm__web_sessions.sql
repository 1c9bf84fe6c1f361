-- depends_on: {{ ref('web_sessions') }}
with

numbered as (

    {{ numbered_copies(
        source('crm', 'web_sessions'),
        key=['session_id'],
        newest_first=[read_as('session_start', 'event_timestamp') ~ ' is null'],
        date_rules=ref('stg_crm__date_rules'),
    ) }}

),

renamed as (

    select
        ---------- ids
        session_id,
        visitor_id,
        lead_id,
        account_id,
        campaign_id,
        region_id,

        ---------- text
        landing_page,
        lower(channel) as channel,
        country,
        device,

        ---------- numbers
        cast({{ read_as('page_views', 'decimal(18, 0)') }} as bigint) as page_views,

        ---------- booleans
        coalesce({{ read_as('is_bot', 'boolean') }}, false) as is_bot,
        coalesce({{ read_as('is_internal', 'boolean') }}, false) as is_internal,

        ---------- dates and instants
        {{ read_as('session_start', 'event_timestamp') }} as session_start,
        {{ read_as('session_end', 'event_timestamp') }} as session_end,

        ---------- quality
        concat_ws(
            ', ',
            {{ unreadable('session_start', 'event_timestamp') }},
            {{ unreadable('session_end', 'event_timestamp') }},
            {{ unreadable('page_views', 'decimal(18, 0)') }},
            {{ unreadable('is_bot', 'boolean') }},
            {{ unreadable('is_internal', 'boolean') }}
        ) as unreadable_columns,
        {{ record_as_json('numbered') }} as raw_record,
        copy_number

    from numbered

),

final as (

    select
        *,
        case
            when session_id is null then 'missing session_id'
            when session_start is null and {{ is_unreadable('session_start') }}
                then 'unreadable session_start'
            when session_start is null then 'missing session_start'
            when copy_number > 1 then 'older copy of the same key'
        end as reject_reason

    from renamed

)

select * from final
