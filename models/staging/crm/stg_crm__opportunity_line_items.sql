-- depends_on: {{ ref('opportunity_line_items') }}
with

numbered as (

    {{ numbered_copies(
        source('crm', 'opportunity_line_items'),
        key=['line_id'],
        newest_first=[
            'opportunity_id is null or product_id is null',
        ],
        date_rules=ref('stg_crm__date_rules'),
    ) }}

),

renamed as (

    select
        ---------- ids
        line_id,
        opportunity_id,
        product_id,

        ---------- numbers
        {{ read_as('quantity', 'decimal(18, 4)') }} as quantity,
        {{ read_as('unit_price', 'decimal(18, 4)') }} as unit_price,
        {{ read_as('list_price', 'decimal(18, 4)') }} as list_price,
        {{ read_as('net_amount', 'decimal(18, 4)') }} as net_amount,
        cast({{ read_as('term_months', 'decimal(18, 0)') }} as bigint) as term_months,
        {{ read_as('unit_cost', 'decimal(18, 4)') }} as unit_cost,

        ---------- booleans
        {{ read_as('is_recurring', 'boolean') }} as is_recurring,

        ---------- dates and instants
        {{ read_as('start_date', 'event_date') }} as start_date,
        {{ read_as('end_date', 'event_date') }} as end_date,

        ---------- quality
        concat_ws(
            ', ',
            {{ unreadable('quantity', 'decimal(18, 4)') }},
            {{ unreadable('unit_price', 'decimal(18, 4)') }},
            {{ unreadable('list_price', 'decimal(18, 4)') }},
            {{ unreadable('net_amount', 'decimal(18, 4)') }},
            {{ unreadable('is_recurring', 'boolean') }},
            {{ unreadable('term_months', 'decimal(18, 0)') }},
            {{ unreadable('start_date', 'event_date') }},
            {{ unreadable('end_date', 'event_date') }},
            {{ unreadable('unit_cost', 'decimal(18, 4)') }}
        ) as unreadable_columns,
        {{ record_as_json('numbered') }} as raw_record,
        copy_number

    from numbered

),

final as (

    select
        *,
        case
            when line_id is null then 'missing line_id'
            when opportunity_id is null then 'missing opportunity_id'
            when product_id is null then 'missing product_id'
            when copy_number > 1 then 'older copy of the same key'
        end as reject_reason

    from renamed

)

select * from final
