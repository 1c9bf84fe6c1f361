-- depends_on: {{ ref('subscriptions') }}
with

numbered as (

    {{ numbered_copies(
        source('crm', 'subscriptions'),
        key=['subscription_id', 'line_id', read_as('valid_from', 'date')],
        newest_first=[
            'account_id is null or ' ~ read_as('mrr', 'decimal(18, 4)') ~ ' is null',
            read_instant('updated_at') ~ " desc nulls last",
        ],
        date_rules=ref('stg_crm__date_rules'),
    ) }}

),

renamed as (

    select
        ---------- ids
        subscription_id,
        line_id,
        account_id,
        product_id,
        opportunity_id,

        ---------- text
        upper(currency) as currency,
        lower(status) as status,

        ---------- numbers
        {{ read_as('mrr', 'decimal(18, 4)') }} as mrr,

        ---------- dates and instants
        {{ read_as('valid_from', 'event_date') }} as valid_from,
        {{ read_as('valid_to', 'event_date') }} as valid_to,
        {{ read_as('renewal_date', 'event_date') }} as renewal_date,
        {{ read_instant('updated_at') }} as updated_at,

        ---------- quality
        concat_ws(
            ', ',
            {{ unreadable('mrr', 'decimal(18, 4)') }},
            {{ unreadable('valid_from', 'event_date') }},
            {{ unreadable('valid_to', 'event_date') }},
            {{ unreadable('renewal_date', 'event_date') }},
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
            when subscription_id is null then 'missing subscription_id'
            when account_id is null then 'missing account_id'
            when mrr is null and unreadable_columns like '%mrr%'
                then 'unreadable mrr'
            when mrr is null then 'missing mrr'
            when valid_from is null and unreadable_columns like '%valid_from%'
                then 'unreadable valid_from'
            when valid_from is null then 'missing valid_from'
            when {{ is_unreadable('valid_to') }} then 'unreadable valid_to'
            when valid_to < valid_from then 'valid_to before valid_from'
            when copy_number > 1 then 'older copy of the same key'
        end as reject_reason

    from renamed

)

select * from final
