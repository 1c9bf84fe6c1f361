with

responses as (

    select * from {{ ref('fct_lead_responses') }}

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
        created_date,
        waited_seconds,
        1 as waiting_leads,
        case when is_contacted then 1 else 0 end as contacted_leads,
        case when is_contacted then 0 else 1 end as uncontacted_leads,
        case when is_due then 1 else 0 end as due_leads,
        case when is_due and is_within_promise then 1 else 0 end as prompt_leads,
        response_seconds,
        response_seconds / cast(60 as double) as response_minutes

    from responses

)

select * from final
