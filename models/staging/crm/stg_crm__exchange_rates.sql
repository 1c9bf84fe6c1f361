-- depends_on: {{ ref('exchange_rates') }}
with

numbered as (

    {{ numbered_copies(
        source('crm', 'exchange_rates'),
        key=[
            'upper(currency)',
            read_as('rate_date', 'date'),
            "lower(coalesce(rate_type, 'spot'))",
        ],
        newest_first=[
            'coalesce(' ~ read_as('rate', 'decimal(18, 8)') ~ ', 0) <= 0',
        ],
        date_rules=ref('stg_crm__date_rules'),
    ) }}

),

renamed as (

    select
        ---------- text
        upper(currency) as currency,
        lower(coalesce(rate_type, 'spot')) as rate_type,

        ---------- numbers
        {{ read_as('rate', 'decimal(18, 8)') }} as rate,

        ---------- dates and instants
        {{ read_as('rate_date', 'date') }} as rate_date,

        ---------- quality
        concat_ws(
            ', ',
            {{ unreadable('rate_date', 'date') }},
            {{ unreadable('rate', 'decimal(18, 8)') }}
        ) as unreadable_columns,
        {{ record_as_json('numbered') }} as raw_record,
        copy_number

    from numbered

),

final as (

    select
        *,
        case
            when currency is null then 'missing currency'
            when rate_date is null and unreadable_columns like '%rate_date%'
                then 'unreadable rate_date'
            when rate_date is null then 'missing rate_date'
            when rate is null and unreadable_columns like '%rate%'
                then 'unreadable rate'
            when rate is null then 'missing rate'
            when rate <= 0 then 'rate not above zero'
            when copy_number > 1 then 'older copy of the same key'
        end as reject_reason

    from renamed

)

select * from final
