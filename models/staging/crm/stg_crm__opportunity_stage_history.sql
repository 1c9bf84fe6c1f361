-- depends_on: {{ ref('opportunity_stage_history') }}
with

source as (

    select * from {{ source('crm', 'opportunity_stage_history') }}

),

renamed as (

    select
        ---------- ids
        opportunity_id,

        ---------- text
        stage,
        entered_by,

        ---------- dates and instants
        {{ read_instant('entered_at') }} as entered_at,

        ---------- quality
        concat_ws(', ', {{ unreadable('entered_at', 'timestamp') }}) as unreadable_columns,
        {{ record_as_json('source') }} as raw_record,
        row_number() over (
            partition by opportunity_id, {{ read_instant('entered_at') }}, stage
            order by entered_by desc nulls last
        ) as copy_number

    from source

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
