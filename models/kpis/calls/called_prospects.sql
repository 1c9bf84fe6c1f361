with

calls as (

    select
        *,
        row_number() over (partition by prospect_id order by completed_at, activity_id)
            as call_number

    from {{ ref('fct_activities') }}

    where is_outbound_call and prospect_id is not null

),

called_deals as (

    select * from {{ ref('called_deals') }}

),

settings as (

    select * from {{ ref('dim_settings') }}

),

first_calls as (

    select
        calls.*,
        calls.completed_date + settings.call_conversion_lookback_days as last_date,
        settings.as_of_date

    from calls

    cross join settings

    where calls.call_number = 1

),

-- A deal won within the days after the first call was called within as many before the win.
converted as (

    select distinct first_calls.prospect_id

    from first_calls

    inner join called_deals
        on
            first_calls.prospect_id = called_deals.prospect_id
            and first_calls.completed_date <= called_deals.closed_date
            and first_calls.last_date >= called_deals.closed_date

),

final as (

    select
        first_calls.activity_id,
        first_calls.owner_id,
        first_calls.team_id,
        first_calls.region_id,
        first_calls.segment_id,
        first_calls.lead_source_id,
        first_calls.pipeline_id,
        first_calls.campaign_id,
        first_calls.completed_date,
        converted.prospect_id is not null as is_converted,
        converted.prospect_id is null and first_calls.last_date >= first_calls.as_of_date
            as is_waiting

    from first_calls

    left join converted
        on first_calls.prospect_id = converted.prospect_id

)

select * from final
