select
    key_of('0Sp', cast(row_number() over () as varchar)) as "Id",
    opportunity_id as "OpportunityId",
    user_id as "SplitOwnerId",
    cast(split_rate as double) * 100 as "SplitPercentage",
    case when split_type = 'overlay' then '149000000000002QAA' else '149000000000001QAA' end
        as "SplitTypeId",
    cast(updated_at as timestamp) as "LastModifiedDate",
    cast(updated_at as timestamp) as "SystemModstamp",
    false as "IsDeleted"

from opportunity_splits
