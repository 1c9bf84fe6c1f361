with

sessions as (

    select * from {{ ref('crm_web_sessions') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

-- A visit over midnight is one visit, of the day on which it began.
final as (

    select
        sessions.session_id,
        sessions.visitor_id,
        sessions.lead_id,
        coalesce(sessions.region_id, '-1') as region_id,
        coalesce(sessions.campaign_id, '-1') as campaign_id,
        coalesce(sessions.channel, 'unknown') as channel,
        sessions.page_views,
        sessions.is_bot,
        sessions.is_internal,
        not sessions.is_bot and not sessions.is_internal as is_counted,
        {{ to_business_date('sessions.session_start', 'settings.reporting_tz') }} as session_date

    from sessions

    cross join settings

    where sessions.session_start < settings.as_of

)

select * from final
