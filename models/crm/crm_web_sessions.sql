with

sessions as (

    select * from {{ ref('stg_crm__web_sessions') }}

    where reject_reason is null

),

final as (

    select
        session_id,
        visitor_id,
        lead_id,
        account_id,
        campaign_id,
        region_id,
        landing_page,
        channel,
        country,
        device,
        page_views,
        is_bot,
        is_internal,
        session_start,
        session_end

    from sessions

)

select * from final
