select
    contact_id as "Id",
    coalesce(is_deleted, 'false') = 'true' as "IsDeleted",
    master_id as "MasterRecordId",
    account_id as "AccountId",
    full_name as "Name",
    email as "Email",
    phone as "Phone",
    title as "Title",
    is_opted_out = 'true' as "HasOptedOutOfEmail",
    cast(created_at as timestamp) as "CreatedDate",
    cast(updated_at as timestamp) as "LastModifiedDate",
    cast(updated_at as timestamp) as "SystemModstamp"

from contacts
