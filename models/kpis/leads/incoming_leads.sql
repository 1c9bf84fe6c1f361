with

leads as (

    select * from {{ ref('fct_leads') }}

    where is_counted

),

final as (

    select
        lead_id,
        owner_id,
        team_id,
        region_id,
        segment_id,
        lead_source_id,
        campaign_id,
        created_date as event_date,
        1 as created_leads,
        case when channel = 'referral' then 1 else 0 end as referral_leads,
        case when is_qualified then 1 else 0 end as qualified_leads,
        case when is_open then 1 else 0 end as open_leads,
        case when is_existing_customer then 0 else 1 end as prospect_leads,
        case when not is_existing_customer and is_undecided then 1 else 0 end as undecided_leads,
        case when not is_existing_customer and customer_date is not null then 1 else 0 end
            as converted_leads,
        0 as new_customers

    from leads

    union all

    -- Beside its cohort a customer counts on the day it was won.
    select
        lead_id,
        owner_id,
        customer_team_id as team_id,
        region_id,
        segment_id,
        lead_source_id,
        campaign_id,
        customer_date as event_date,
        0 as created_leads,
        0 as referral_leads,
        0 as qualified_leads,
        0 as open_leads,
        0 as prospect_leads,
        0 as undecided_leads,
        0 as converted_leads,
        1 as new_customers

    from leads

    where not is_existing_customer and customer_date is not null

)

select * from final
