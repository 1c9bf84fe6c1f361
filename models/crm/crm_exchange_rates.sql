with

exchange_rates as (

    select * from {{ ref('stg_crm__exchange_rates') }}

    where reject_reason is null

),

final as (

    select
        currency,
        rate_type,
        rate,
        rate_date,
        lead(rate_date) over (partition by currency, rate_type order by rate_date) as valid_to

    from exchange_rates

)

select * from final
