-- depends_on: {{ ref('opportunity_competitors') }}
with

numbered as (

    {{ numbered_copies(
        source('crm', 'opportunity_competitors'),
        key=['opportunity_id', 'competitor_id'],
        newest_first=[
            read_as('is_winner', 'boolean') ~ ' desc nulls last',
        ],
    ) }}

),

renamed as (

    select
        ---------- ids
        opportunity_id,
        competitor_id,

        ---------- text
        lower(status) as status,

        ---------- booleans
        coalesce({{ read_as('is_winner', 'boolean') }}, false) as is_winner,

        ---------- quality
        concat_ws(', ', {{ unreadable('is_winner', 'boolean') }}) as unreadable_columns,
        {{ record_as_json('numbered') }} as raw_record,
        copy_number

    from numbered

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
