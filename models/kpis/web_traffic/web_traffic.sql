with

sessions as (

    select * from {{ ref('fct_web_sessions') }}

    where is_counted

),

leads as (

    select * from {{ ref('fct_leads') }}

    where is_counted and is_web

),

-- Leads are set against visits only from the day on which both are known.
known as (

    select max(covered_from) as known_from from {{ ref('dim_input_coverage') }}

    where table_name in ('web_sessions', 'leads')

),

-- There are so many visits that they are summed by day before anything is done with them.
events as (

    select
        sessions.session_date as event_date,
        sessions.region_id,
        sessions.campaign_id,
        count(*) as sessions,
        count(*) filter (where sessions.session_date >= known.known_from) as paired_sessions,
        cast(sum(coalesce(sessions.page_views, 0)) as bigint) as page_views,
        0 as web_leads

    from sessions

    cross join known

    group by sessions.session_date, sessions.region_id, sessions.campaign_id

    union all

    select
        leads.created_date as event_date,
        leads.region_id,
        leads.campaign_id,
        0 as sessions,
        0 as paired_sessions,
        0 as page_views,
        count(*) as web_leads

    from leads

    cross join known

    where leads.created_date >= known.known_from

    group by leads.created_date, leads.region_id, leads.campaign_id

),

final as (

    select
        region_id,
        campaign_id,
        event_date,
        cast(null as {{ dbt.type_string() }}) as team_id,
        sessions,
        paired_sessions,
        page_views,
        web_leads

    from events

)

select * from final
