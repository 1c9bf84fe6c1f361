select
    lead_id as "Id",
    coalesce(is_deleted, 'false') = 'true' as "IsDeleted",
    duplicate_of_lead_id as "MasterRecordId",
    full_name as "Name",
    company as "Company",
    email as "Email",
    phone as "Phone",
    lead_source as "LeadSource",
    case status
        when 'new' then 'Open - Not Contacted'
        when 'working' then 'Working - Contacted'
        when 'qualified' then 'Qualified'
        when 'disqualified' then 'Closed - Not Converted'
        when 'converted' then 'Closed - Converted'
    end as "Status",
    owner_id as "OwnerId",
    status = 'converted' as "IsConverted",
    cast(converted_at as date) as "ConvertedDate",
    converted_account_id as "ConvertedAccountId",
    converted_contact_id as "ConvertedContactId",
    converted_opportunity_id as "ConvertedOpportunityId",
    cast(created_at as timestamp) as "CreatedDate",
    cast(updated_at as timestamp) as "LastModifiedDate",
    cast(updated_at as timestamp) as "SystemModstamp"

from leads
