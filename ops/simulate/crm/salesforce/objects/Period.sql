select distinct
    key_of('026', number_of(period_start || period_end)) as "Id",
    'Quarter' as "Type",
    cast(period_start as date) as "StartDate",
    cast(cast(period_end as date) - interval 1 day as date) as "EndDate"

from quotas
