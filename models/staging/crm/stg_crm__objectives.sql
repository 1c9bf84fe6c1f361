-- depends_on: {{ ref('objectives') }}
with

numbered as (

    {{ numbered_copies(
        source('crm', 'objectives'),
        key=['objective_id'],
        date_rules=ref('stg_crm__date_rules'),
    ) }}

),

renamed as (

    select
        ---------- ids
        objective_id,
        owner_id,
        parent_objective_id,

        ---------- text
        objective_name,

        ---------- dates
        {{ read_as('start_date', 'event_date') }} as start_date,
        {{ read_as('end_date', 'event_date') }} as end_date,

        ---------- quality
        concat_ws(
            ', ',
            {{ unreadable('start_date', 'event_date') }},
            {{ unreadable('end_date', 'event_date') }}
        ) as unreadable_columns,
        {{ record_as_json('numbered') }} as raw_record,
        copy_number

    from numbered

),

final as (

    select
        *,
        case
            when objective_id is null then 'missing objective_id'
            when copy_number > 1 then 'older copy of the same key'
        end as reject_reason

    from renamed

)

select * from final
