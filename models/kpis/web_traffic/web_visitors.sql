with

sessions as (

    select * from {{ ref('fct_web_sessions') }}

    where is_counted and visitor_id is not null

),

period_dates as (

    select * from {{ ref('dim_period_dates') }}

),

-- Who comes back in a period is one visitor of it, so days cannot be summed.
final as (

    select distinct
        period_dates.period_grain,
        period_dates.period_start,
        sessions.region_id,
        sessions.campaign_id,
        cast(null as {{ dbt.type_string() }}) as team_id,
        sessions.visitor_id

    from sessions

    inner join period_dates
        on sessions.session_date = period_dates.date_day

)

select * from final
