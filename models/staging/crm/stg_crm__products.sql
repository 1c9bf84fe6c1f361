-- depends_on: {{ ref('products') }}
with

numbered as (

    {{ numbered_copies(
        source('crm', 'products'),
        key=['product_id'],
        newest_first=[
            read_instant('updated_at') ~ " desc nulls last",
        ],
        date_rules=ref('stg_crm__date_rules'),
    ) }}

),

renamed as (

    select
        ---------- ids
        product_id,
        sku,
        product_family_id,

        ---------- text
        product_name,
        upper(list_currency) as list_currency,

        ---------- numbers
        {{ read_as('list_price', 'decimal(18, 4)') }} as list_price,
        {{ read_as('standard_cost', 'decimal(18, 4)') }} as standard_cost,

        ---------- booleans
        {{ read_as('is_recurring', 'boolean') }} as is_recurring,

        ---------- dates and instants
        {{ read_as('active_from', 'real_date') }} as active_from,
        {{ read_as('active_to', 'real_date') }} as active_to,
        {{ read_instant('updated_at') }} as updated_at,

        ---------- quality
        concat_ws(
            ', ',
            {{ unreadable('is_recurring', 'boolean') }},
            {{ unreadable('list_price', 'decimal(18, 4)') }},
            {{ unreadable('standard_cost', 'decimal(18, 4)') }},
            {{ unreadable('active_from', 'real_date') }},
            {{ unreadable('active_to', 'real_date') }},
            {{ unreadable('updated_at', 'timestamp') }}
        ) as unreadable_columns,
        {{ record_as_json('numbered') }} as raw_record,
        copy_number

    from numbered

),

final as (

    select
        *,
        case
            when product_id is null then 'missing product_id'
            when copy_number > 1 then 'older copy of the same key'
        end as reject_reason

    from renamed

)

select * from final
