select
    line_id as "Id",
    opportunity_id as "OpportunityId",
    product_id as "Product2Id",
    cast(quantity as double) as "Quantity",
    cast(unit_price as decimal(18, 2)) as "UnitPrice",
    cast(list_price as decimal(18, 2)) as "ListPrice",
    cast(net_amount as decimal(18, 2)) as "TotalPrice",
    cast(start_date as date) as "ServiceDate",
    timestamp '2026-01-01 00:00:00' as "SystemModstamp",
    false as "IsDeleted"

from opportunity_line_items
