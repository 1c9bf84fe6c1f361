select
    key_of('0J9', cast(row_number() over () as varchar)) as "Id",
    user_id as "QuotaOwnerId",
    key_of('026', number_of(period_start || period_end)) as "PeriodId",
    cast(period_start as date) as "StartDate",
    cast(amount as double) as "QuotaAmount",
    true as "IsAmount",
    product_family_id as "ProductFamily",
    currency as "CurrencyIsoCode",
    cast(updated_at as timestamp) as "LastModifiedDate",
    cast(updated_at as timestamp) as "SystemModstamp"

from quotas
