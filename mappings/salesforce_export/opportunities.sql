with

deals as (

    select * from opportunity

),

final as (

    select
        Id as opportunity_id,
        Name as opportunity_name,
        AccountId as account_id,
        StageName as stage,
        case when Type like 'Existing Customer%' then 'expansion_upsell' else 'new' end
            as opportunity_type,
        OwnerId as owner_id,
        left(CreatedDate, 10) as created_date,
        CreatedDate as created_at,
        left(CloseDate, 10) as expected_close_date,
        case when IsClosed in ('1', 'true') then left(CloseDate, 10) end as closed_date,
        Amount as amount,
        try_cast(Probability as double) / 100 as probability,
        lower(ForecastCategory) as forecast_category,
        LeadSource as lead_source,
        CampaignId as campaign_id,
        LastModifiedDate as updated_at,
        IsDeleted as is_deleted

    from deals

)

select * from final
