-- depends_on: {{ ref('competitors') }}
with

numbered as (

    {{ numbered_copies(
        source('crm', 'competitors'),
        key=['competitor_id'],
    ) }}

),

renamed as (

    select
        ---------- ids
        competitor_id,

        ---------- text
        competitor_name,

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
            when competitor_id is null then 'missing competitor_id'
            when copy_number > 1 then 'older copy of the same key'
        end as reject_reason

    from renamed

)

select * from final
