select
    currency,
    rate_date,
    'spot' as rate_type,
    round(1 / round(1 / cast(rate as double), 12), 12) as rate

from exchange_rates
where coalesce(rate_type, 'spot') = 'spot'
