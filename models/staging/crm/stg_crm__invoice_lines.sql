-- depends_on: {{ ref('invoice_lines') }}
with

numbered as (

    {{ numbered_copies(
        source('crm', 'invoice_lines'),
        key=['line_id'],
        newest_first=['invoice_id is null'],
    ) }}

),

renamed as (

    select
        ---------- ids
        line_id,
        invoice_id,
        product_id,

        ---------- numbers
        {{ read_as('quantity', 'decimal(18, 4)') }} as quantity,
        {{ read_as('net_amount', 'decimal(18, 4)') }} as net_amount,
        {{ read_as('cost_amount', 'decimal(18, 4)') }} as cost_amount,

        ---------- quality
        concat_ws(
            ', ',
            {{ unreadable('quantity', 'decimal(18, 4)') }},
            {{ unreadable('net_amount', 'decimal(18, 4)') }},
            {{ unreadable('cost_amount', 'decimal(18, 4)') }}
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
            when invoice_id is null then 'missing invoice_id'
            when copy_number > 1 then 'older copy of the same key'
        end as reject_reason

    from renamed

)

select * from final
