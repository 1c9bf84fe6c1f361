-- depends_on: {{ ref('working_calendar') }}
with

numbered as (

    {{ numbered_copies(
        source('crm', 'working_calendar'),
        key=['country', read_as('calendar_date', 'date')],
        date_rules=ref('stg_crm__date_rules'),
    ) }}

),

renamed as (

    select
        ---------- ids
        country,

        ---------- booleans
        {{ read_as('is_business_day', 'boolean') }} as is_business_day,

        ---------- dates and instants
        {{ read_as('calendar_date', 'date') }} as calendar_date,

        ---------- quality
        concat_ws(
            ', ',
            {{ unreadable('calendar_date', 'date') }},
            {{ unreadable('is_business_day', 'boolean') }}
        ) as unreadable_columns,
        {{ record_as_json('numbered') }} as raw_record,
        copy_number

    from numbered

),

final as (

    select
        *,
        case
            when country is null then 'missing country'
            when {{ is_unreadable('calendar_date') }} then 'unreadable calendar_date'
            when calendar_date is null then 'missing calendar_date'
            when copy_number > 1 then 'older copy of the same key'
        end as reject_reason

    from renamed

)

select * from final
