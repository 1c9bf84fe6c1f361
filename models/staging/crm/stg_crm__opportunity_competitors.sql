-- depends_on: {{ ref('opportunity_competitors') }}
with

source as (

    select * from {{ source('crm', 'opportunity_competitors') }}

),

renamed as (

    select
        ---------- ids
        opportunity_id,
        competitor_id,

        ---------- text
        lower(status) as status,

        ---------- booleans
        coalesce(try_cast(is_winner as boolean), false) as is_winner,

        ---------- quality
        concat_ws(', ', {{ unreadable('is_winner', 'boolean') }}) as unreadable_columns,
        {{ record_as_json('source') }} as raw_record,
        row_number() over (
            partition by opportunity_id, competitor_id
            order by
                try_cast(is_winner as boolean) desc nulls last,
                status desc nulls last
        ) as copy_number

    from source

),

final as (

    select
        *,
        case
            when opportunity_id is null then 'missing opportunity_id'
            when competitor_id is null then 'missing competitor_id'
            when copy_number > 1 then 'older copy of the same key'
        end as reject_reason

    from renamed

)

select * from final
