select
    account_id as "Id",
    coalesce(is_deleted, 'false') = 'true' as "IsDeleted",
    master_id as "MasterRecordId",
    account_name as "Name",
    parent_account_id as "ParentId",
    region_id as "BillingCountry",
    website_domain as "Website",
    industry as "Industry",
    cast(annual_revenue as double) as "AnnualRevenue",
    cast(employee_count as integer) as "NumberOfEmployees",
    owner_id as "OwnerId",
    cast(created_at as timestamp) as "CreatedDate",
    cast(updated_at as timestamp) as "LastModifiedDate",
    cast(updated_at as timestamp) as "SystemModstamp"

from accounts
