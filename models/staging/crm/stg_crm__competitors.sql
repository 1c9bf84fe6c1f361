-- depends_on: {{ ref('competitors') }}
with

source as (

    select * from {{ source('crm', 'competitors') }}

),

renamed as (

    select
        ---------- ids
        competitor_id,

        ---------- text
        competitor_name,

        ---------- quality
        '' as unreadable_columns,
        {{ record_as_json('source') }} as raw_record,
        row_number() over (
            partition by competitor_id
            order by competitor_name desc nulls last
        ) as copy_number

    from source

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
