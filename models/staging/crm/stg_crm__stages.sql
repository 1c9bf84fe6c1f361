-- depends_on: {{ ref('stages') }}
with

numbered as (

    {{ numbered_copies(
        source('crm', 'stages'),
        key=['pipeline_id', 'stage'],
        newest_first=[
            read_as('stage_order', 'decimal(18, 0)') ~ ' is null or '
            ~ read_as('is_closed', 'boolean') ~ ' is null or '
            ~ read_as('is_won', 'boolean') ~ ' is null',
        ],
    ) }}

),

renamed as (

    select
        ---------- ids
        pipeline_id,

        ---------- text
        stage,
        coalesce(stage_name, stage) as stage_name,
        lower(forecast_category) as forecast_category,

        ---------- numbers
        cast({{ read_as('stage_order', 'decimal(18, 0)') }} as bigint) as stage_order,
        {{ read_as('default_probability', 'double') }} as default_probability,

        ---------- booleans
        {{ read_as('is_closed', 'boolean') }} as is_closed,
        {{ read_as('is_won', 'boolean') }} as is_won,

        ---------- quality
        concat_ws(
            ', ',
            {{ unreadable('stage_order', 'decimal(18, 0)') }},
            {{ unreadable('is_closed', 'boolean') }},
            {{ unreadable('is_won', 'boolean') }},
            {{ unreadable('default_probability', 'double') }}
        ) as unreadable_columns,
        {{ record_as_json('numbered') }} as raw_record,
        copy_number

    from numbered

),

final as (

    select
        *,
        case
            when stage is null then 'missing stage'
            when stage_order is null and unreadable_columns like '%stage_order%'
                then 'unreadable stage_order'
            when stage_order is null then 'missing stage_order'
            when is_closed is null and unreadable_columns like '%is_closed%'
                then 'unreadable is_closed'
            when is_closed is null then 'missing is_closed'
            when is_won is null and unreadable_columns like '%is_won%'
                then 'unreadable is_won'
            when is_won is null then 'missing is_won'
            when is_won and not is_closed then 'is_won without is_closed'
            when copy_number > 1 then 'older copy of the same key'
        end as reject_reason

    from renamed

)

select * from final
