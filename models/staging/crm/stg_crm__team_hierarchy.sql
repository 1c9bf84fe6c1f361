-- depends_on: {{ ref('team_hierarchy') }}
with

numbered as (

    {{ numbered_copies(
        source('crm', 'team_hierarchy'),
        key=[
            'team_id',
            "coalesce(" ~ read_as('valid_from', 'date') ~ ", date '1900-01-01')",
        ],
        newest_first=[
            read_as('valid_to', 'date') ~ ' is null and valid_to is not null',
            'valid_to desc nulls last',
            'parent_team_id desc nulls last',
            'manager_id desc nulls last',
        ],
    ) }}

),

renamed as (

    select
        ---------- ids
        team_id,
        parent_team_id,
        manager_id,

        ---------- dates and instants
        coalesce({{ read_as('valid_from', 'date') }}, date '1900-01-01') as valid_from,
        {{ read_as('valid_to', 'date') }} as valid_to,

        ---------- quality
        concat_ws(
            ', ',
            {{ unreadable('valid_from', 'date') }},
            {{ unreadable('valid_to', 'date') }}
        ) as unreadable_columns,
        {{ record_as_json('numbered') }} as raw_record,
        copy_number

    from numbered

),

final as (

    select
        *,
        case
            when team_id is null then 'missing team_id'
            when unreadable_columns like '%valid_from%' then 'unreadable valid_from'
            when unreadable_columns like '%valid_to%' then 'unreadable valid_to'
            when copy_number > 1 then 'older copy of the same key'
        end as reject_reason

    from renamed

)

select * from final
