-- depends_on: {{ ref('exchange_rates') }}
with

source as (

    select * from {{ source('crm', 'exchange_rates') }}

),

renamed as (

    select
        ---------- text
        upper(currency) as currency,
        lower(coalesce(rate_type, 'spot')) as rate_type,

        ---------- numbers
        try_cast(rate as decimal(18, 8)) as rate,

        ---------- dates and instants
        try_cast(rate_date as date) as rate_date,

        ---------- quality
        concat_ws(
            ', ',
            {{ unreadable('rate_date', 'date') }},
            {{ unreadable('rate', 'decimal(18, 8)') }}
        ) as unreadable_columns,
        {{ record_as_json('source') }} as raw_record,
        row_number() over (
            partition by
                upper(currency),
                try_cast(rate_date as date),
                lower(coalesce(rate_type, 'spot'))
            order by
                coalesce(try_cast(rate as decimal(18, 8)), 0) <= 0,
                rate desc nulls last
        ) as copy_number

    from source

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
