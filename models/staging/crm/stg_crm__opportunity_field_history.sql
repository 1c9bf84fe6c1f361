-- depends_on: {{ ref('opportunity_field_history') }}
{# Without an event_id the whole change is its own key. #}
{% set change_id -%}
    coalesce(
        event_id,
        md5(
            concat_ws(
                '|',
                opportunity_id,
                lower(field_name),
                coalesce(old_value, ''),
                coalesce(new_value, ''),
                coalesce(changed_at, ''),
                coalesce(changed_by, '')
            )
        )
    )
{%- endset %}

with

numbered as (

    {{ numbered_copies(
        source('crm', 'opportunity_field_history'),
        key=[change_id],
        newest_first=[
            'opportunity_id is null or field_name is null or '
            ~ read_as('changed_at', 'event_timestamp') ~ ' is null',
        ],
        date_rules=ref('stg_crm__date_rules'),
    ) }}

),

renamed as (

    select
        ---------- ids
        {{ change_id | indent(4) }} as event_id,
        opportunity_id,

        ---------- text
        lower(field_name) as field_name,
        old_value,
        new_value,
        changed_by,

        ---------- dates and instants
        {{ read_as('changed_at', 'event_timestamp') }} as changed_at,

        ---------- quality
        concat_ws(', ', {{ unreadable('changed_at', 'event_timestamp') }}) as unreadable_columns,
        {{ record_as_json('numbered') }} as raw_record,
        copy_number

    from numbered

),

final as (

    select
        *,
        case
            when opportunity_id is null then 'missing opportunity_id'
            when field_name is null then 'missing field_name'
            when changed_at is null and unreadable_columns like '%changed_at%'
                then 'unreadable changed_at'
            when changed_at is null then 'missing changed_at'
            when copy_number > 1 then 'older copy of the same key'
        end as reject_reason

    from renamed

)

select * from final
