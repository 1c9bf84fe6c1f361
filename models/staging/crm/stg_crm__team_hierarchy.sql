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
            read_as('valid_to', 'real_date') ~ ' is null and valid_to is not null',
        ],
        date_rules=ref('stg_crm__date_rules'),
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
        {{ read_as('valid_to', 'real_date') }} as valid_to,

        ---------- quality
        concat_ws(
            ', ',
            {{ unreadable('valid_from', 'date') }},
            {{ unreadable('valid_to', 'real_date') }}
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
            when {{ is_unreadable('valid_from') }} then 'unreadable valid_from'
            when {{ is_unreadable('valid_to') }} then 'unreadable valid_to'
            when copy_number > 1 then 'older copy of the same key'
        end as reject_reason

    from renamed

)

select * from final
