select distinct
    ascii(currency) * 1000 + ascii(substr(currency, 2)) as id,
    currency as code,
    true as active_flag

from quotas
where currency is not null
