with

deals as (

    select * from opportunity

),

final as (

    select
        id as opportunity_id,
        name as opportunity_name,
        accountid as account_id,
        stagename as stage,
        case when type like 'Existing Customer%' then 'expansion_upsell' else 'new' end
            as opportunity_type,
        ownerid as owner_id,
        left(createddate, 10) as created_date,
        createddate as created_at,
        left(closedate, 10) as expected_close_date,
        case when isclosed in ('1', 'true') then left(closedate, 10) end as closed_date,
        amount as amount,
        try_cast(probability as double) / 100 as probability,
        lower(forecastcategory) as forecast_category,
        leadsource as lead_source,
        campaignid as campaign_id,
        lastmodifieddate as updated_at,
        isdeleted as is_deleted

    from deals

)

select * from final
