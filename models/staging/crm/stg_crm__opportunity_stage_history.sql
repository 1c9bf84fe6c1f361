-- depends_on: {{ ref('opportunity_stage_history') }}
with

numbered as (

    {{ numbered_copies(
        source('crm', 'opportunity_stage_history'),
        key=['opportunity_id', read_instant('entered_at'), 'stage'],
        date_rules=ref('stg_crm__date_rules'),
    ) }}

),

renamed as (

    select
        ---------- ids
        opportunity_id,

        ---------- text
        stage,
        entered_by,

        ---------- dates and instants
        {{ read_as('entered_at', 'event_timestamp') }} as entered_at,

        ---------- quality
        concat_ws(', ', {{ unreadable('entered_at', 'event_timestamp') }}) as unreadable_columns,
        {{ record_as_json('numbered') }} as raw_record,
        copy_number

    from numbered

),

final as (

    select
        *,
        case
            when opportunity_id is null then 'missing opportunity_id'
            when stage is null then 'missing stage'
            when entered_at is null and unreadable_columns like '%entered_at%'
                then 'unreadable entered_at'
            when entered_at is null then 'missing entered_at'
            when copy_number > 1 then 'older copy of the same key'
        end as reject_reason

    from renamed

)

select * from final
