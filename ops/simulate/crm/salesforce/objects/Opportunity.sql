select
    opportunity_id as "Id",
    coalesce(is_deleted, 'false') = 'true' as "IsDeleted",
    account_id as "AccountId",
    primary_contact_id as "ContactId",
    pipeline_id as "RecordTypeId",
    opportunity_name as "Name",
    stage as "StageName",
    cast(amount as decimal(18, 2)) as "Amount",
    cast(probability as double) * 100 as "Probability",
    cast(expected_close_date as date) as "CloseDate",
    case opportunity_type
        when 'renewal' then 'Existing Customer - Renewal'
        when 'expansion_upsell' then 'Existing Customer - Upgrade'
        else 'New Customer'
    end as "Type",
    next_step as "NextStep",
    lead_source as "LeadSource",
    stage like 'Closed %' as "IsClosed",
    stage = 'Closed Won' as "IsWon",
    case forecast_category
        when 'best_case' then 'BestCase'
        when 'commit' then 'Forecast'
        when 'pipeline' then 'Pipeline'
        when 'closed' then 'Closed'
        when 'omitted' then 'Omitted'
    end as "ForecastCategory",
    case forecast_category
        when 'best_case' then 'Best Case'
        when 'commit' then 'Commit'
        when 'pipeline' then 'Pipeline'
        when 'closed' then 'Closed'
        when 'omitted' then 'Omitted'
    end as "ForecastCategoryName",
    currency as "CurrencyIsoCode",
    campaign_id as "CampaignId",
    owner_id as "OwnerId",
    cast(created_at as timestamp) as "CreatedDate",
    cast(updated_at as timestamp) as "LastModifiedDate",
    cast(updated_at as timestamp) as "SystemModstamp",
    loss_reason as "Loss_Reason__c",
    win_reason as "Win_Reason__c"

from opportunities
