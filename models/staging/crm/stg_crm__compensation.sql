-- depends_on: {{ ref('compensation') }}
with

numbered as (

    {{ numbered_copies(
        source('crm', 'compensation'),
        key=['user_id', read_as('period_start', 'event_date'), 'lower(component)'],
        date_rules=ref('stg_crm__date_rules'),
    ) }}

),

renamed as (

    select
        ---------- ids
        user_id,
        plan_id,

        ---------- text
        lower(component) as component,
        upper(currency) as currency,

        ---------- numbers
        {{ read_as('amount', 'decimal(18, 4)') }} as amount,

        ---------- dates and instants
        {{ read_as('period_start', 'event_date') }} as period_start,

        ---------- quality
        concat_ws(
            ', ',
            {{ unreadable('period_start', 'event_date') }},
            {{ unreadable('amount', 'decimal(18, 4)') }}
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
            when {{ is_unreadable('period_start') }} then 'unreadable period_start'
            when period_start is null then 'missing period_start'
            when component is null then 'missing component'
            when copy_number > 1 then 'older copy of the same key'
        end as reject_reason

    from renamed

)

select * from final
