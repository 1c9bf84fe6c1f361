select
    key_of('04w', cast(row_number() over () as varchar)) as "Id",
    currency as "IsoCode",
    round(1 / cast(rate as double), 12) as "ConversionRate",
    cast(rate_date as date) as "StartDate",
    coalesce(
        lead(cast(rate_date as date)) over (partition by currency order by rate_date),
        date '9999-12-31'
    ) as "NextStartDate"

from exchange_rates
