-- depends_on: {{ ref('pipelines') }}
with

numbered as (

    {{ numbered_copies(
        source('crm', 'pipelines'),
        key=['pipeline_id'],
        newest_first=[
            read_as('is_excluded', 'boolean') ~ ' desc nulls last',
        ],
    ) }}

),

renamed as (

    select
        ---------- ids
        pipeline_id,

        ---------- text
        pipeline_name,

        ---------- booleans
        coalesce({{ read_as('is_excluded', 'boolean') }}, false) as is_excluded,

        ---------- quality
        concat_ws(', ', {{ unreadable('is_excluded', 'boolean') }}) as unreadable_columns,
        {{ record_as_json('numbered') }} as raw_record,
        copy_number

    from numbered

),

final as (

    select
        *,
        case
            when pipeline_id is null then 'missing pipeline_id'
            when copy_number > 1 then 'older copy of the same key'
        end as reject_reason

    from renamed

)

select * from final
