-- depends_on: {{ ref('employment_history') }}
with

numbered as (

    {{ numbered_copies(
        source('crm', 'employment_history'),
        key=['user_id', read_as('valid_from', 'real_date')],
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

        ---------- text
        role,
        lower(department) as department,

        ---------- numbers
        {{ read_as('fte', 'double') }} as fte,

        ---------- booleans
        {{ read_as('is_quota_carrying', 'boolean') }} as is_quota_carrying,
        coalesce({{ read_as('is_on_leave', 'boolean') }}, false) as is_on_leave,

        ---------- dates and instants
        {{ read_as('valid_from', 'real_date') }} as valid_from,
        {{ read_as('valid_to', 'real_date') }} as valid_to,

        ---------- quality
        concat_ws(
            ', ',
            {{ unreadable('valid_from', 'real_date') }},
            {{ unreadable('valid_to', 'real_date') }},
            {{ unreadable('fte', 'double') }},
            {{ unreadable('is_quota_carrying', 'boolean') }},
            {{ unreadable('is_on_leave', 'boolean') }}
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
            when {{ is_unreadable('valid_from') }} then 'unreadable valid_from'
            when valid_from is null then 'missing valid_from'
            when {{ is_unreadable('valid_to') }} then 'unreadable valid_to'
            when valid_to <= valid_from then 'valid_to not after valid_from'
            when copy_number > 1 then 'older copy of the same key'
        end as reject_reason

    from renamed

)

select * from final
