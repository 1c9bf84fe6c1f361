select
    campaign_id as "Id",
    campaign_name as "Name",
    channel as "Type",
    cast(start_date as date) as "StartDate",
    cast(cast(end_date as date) - interval 1 day as date) as "EndDate",
    cast(budget_amount as double) as "BudgetedCost",
    currency as "CurrencyIsoCode",
    timestamp '2026-01-01 00:00:00' as "SystemModstamp",
    false as "IsDeleted"

from campaigns
