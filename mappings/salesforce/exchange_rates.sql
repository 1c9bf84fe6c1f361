-- Salesforce says how much of a currency one unit of the corporate one is; rates without dates
-- hold for always.
with

dated as (

    select
        iso_code,
        greatest(left(start_date, 10), '1900-01-01') as rate_date,
        conversion_rate

    from dated_conversion_rate

),

undated as (

    select
        iso_code,
        '1900-01-01' as rate_date,
        conversion_rate

    from currency_type
    where
        coalesce(lower(is_corporate), 'false') not in ('1', 'true')
        and iso_code not in (select dated.iso_code from dated)

),

all_rates as (

    select * from dated
    union all
    select * from undated

)

select
    iso_code as currency,
    rate_date,
    'spot' as rate_type,
    round(1 / cast(conversion_rate as double), 12) as rate

from all_rates
where try_cast(conversion_rate as double) > 0
