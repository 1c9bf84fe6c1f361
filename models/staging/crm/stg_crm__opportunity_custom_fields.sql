-- depends_on: {{ ref('opportunity_custom_fields') }}
with

numbered as (

    {{ numbered_copies(
        source('crm', 'opportunity_custom_fields'),
        key=['opportunity_id', 'field'],
        newest_first=['value'],
    ) }}

),

renamed as (

    select
        ---------- ids
        opportunity_id,

        ---------- text
        replace(lower(field), ' ', '_') as field,
        value,

        ---------- quality
        '' as unreadable_columns,
        {{ record_as_json('numbered') }} as raw_record,
        copy_number

    from numbered

),

final as (

    select
        *,
        case
            when opportunity_id is null then 'missing opportunity_id'
            when field is null then 'missing field'
            -- The catalogue lists dimensions with commas between them.
            when field like '%,%' then 'field with a comma'
            when value is null then 'missing value'
            when copy_number > 1 then 'older copy of the same key'
        end as reject_reason

    from renamed

)

select * from final
