-- depends_on: {{ ref('team_memberships') }}
with

numbered as (

    {{ numbered_copies(
        source('crm', 'team_memberships'),
        key=[
            'user_id',
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
        user_id,
        team_id,

        ---------- booleans
        coalesce({{ read_as('is_primary', 'boolean') }}, true) as is_primary,

        ---------- dates and instants
        coalesce({{ read_as('valid_from', 'date') }}, date '1900-01-01') as valid_from,
        {{ read_as('valid_to', 'real_date') }} as valid_to,

        ---------- quality
        concat_ws(
            ', ',
            {{ unreadable('valid_from', 'date') }},
            {{ unreadable('valid_to', 'real_date') }},
            {{ unreadable('is_primary', 'boolean') }}
        ) as unreadable_columns,
        {{ record_as_json('numbered') }} as raw_record,
        copy_number

    from numbered

),

final as (

    select
        *,
        case
            when user_id is null then 'missing user_id'
            when team_id is null then 'missing team_id'
            when {{ is_unreadable('valid_from') }} then 'unreadable valid_from'
            when {{ is_unreadable('valid_to') }} then 'unreadable valid_to'
            when copy_number > 1 then 'older copy of the same key'
        end as reject_reason

    from renamed

)

select * from final
