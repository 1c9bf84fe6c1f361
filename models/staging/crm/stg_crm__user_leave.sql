-- depends_on: {{ ref('user_leave') }}
with

numbered as (

    {{ numbered_copies(
        source('crm', 'user_leave'),
        key=['user_id', read_as('start_date', 'real_date')],
        newest_first=[
            read_as('end_date', 'real_date') ~ ' is null and end_date is not null',
        ],
        date_rules=ref('stg_crm__date_rules'),
    ) }}

),

renamed as (

    select
        ---------- ids
        user_id,

        ---------- text
        lower(leave_type) as leave_type,

        ---------- dates and instants
        {{ read_as('start_date', 'real_date') }} as start_date,
        {{ read_as('end_date', 'real_date') }} as end_date,

        ---------- quality
        concat_ws(
            ', ',
            {{ unreadable('start_date', 'real_date') }},
            {{ unreadable('end_date', 'real_date') }}
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
            when {{ is_unreadable('start_date') }} then 'unreadable start_date'
            when start_date is null then 'missing start_date'
            when {{ is_unreadable('end_date') }} then 'unreadable end_date'
            when end_date < start_date then 'end_date before start_date'
            when copy_number > 1 then 'older copy of the same key'
        end as reject_reason

    from renamed

)

select * from final
