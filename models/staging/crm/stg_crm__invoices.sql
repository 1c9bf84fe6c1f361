-- depends_on: {{ ref('invoices') }}
with

numbered as (

    {{ numbered_copies(
        source('crm', 'invoices'),
        key=['invoice_id'],
        newest_first=[
            '(' ~ read_as('invoice_date', 'date') ~ ' is null or '
            ~ read_as('amount', 'decimal(18, 4)') ~ ' is null) and not coalesce('
            ~ read_as('is_deleted', 'boolean') ~ ', false)',
            read_instant('updated_at') ~ ' desc nulls last',
            read_as('is_deleted', 'boolean') ~ ' desc nulls last',
        ],
        date_rules=ref('stg_crm__date_rules'),
    ) }}

),

renamed as (

    select
        ---------- ids
        invoice_id,
        account_id,
        opportunity_id,
        order_id,

        ---------- text
        lower(coalesce(invoice_type, 'invoice')) as invoice_type,
        upper(currency) as currency,

        ---------- numbers
        {{ read_as('amount', 'decimal(18, 4)') }} as amount,
        {{ read_as('tax_amount', 'decimal(18, 4)') }} as tax_amount,

        ---------- booleans
        coalesce({{ read_as('is_deleted', 'boolean') }}, false) as is_deleted,

        ---------- dates and instants
        {{ read_as('invoice_date', 'event_date') }} as invoice_date,
        {{ read_instant('updated_at') }} as updated_at,

        ---------- quality
        concat_ws(
            ', ',
            {{ unreadable('invoice_date', 'event_date') }},
            {{ unreadable('amount', 'decimal(18, 4)') }},
            {{ unreadable('tax_amount', 'decimal(18, 4)') }},
            {{ unreadable('updated_at', 'timestamp') }},
            {{ unreadable('is_deleted', 'boolean') }}
        ) as unreadable_columns,
        {{ record_as_json('numbered') }} as raw_record,
        copy_number

    from numbered

),

final as (

    select
        *,
        case
            when invoice_id is null then 'missing invoice_id'
            when is_deleted and copy_number = 1 and (invoice_date is null or amount is null)
                then 'deleted at the source'
            when invoice_date is null and {{ is_unreadable('invoice_date') }}
                then 'unreadable invoice_date'
            when invoice_date is null then 'missing invoice_date'
            when amount is null and {{ is_unreadable('amount') }} then 'unreadable amount'
            when amount is null then 'missing amount'
            when copy_number > 1 then 'older copy of the same key'
        end as reject_reason

    from renamed

)

select * from final
