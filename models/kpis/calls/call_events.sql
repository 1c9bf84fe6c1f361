with

calls as (

    select * from {{ ref('fct_activities') }}

    where is_outbound_call

),

called_deals as (

    select * from {{ ref('called_deals') }}

),

called_prospects as (

    select * from {{ ref('called_prospects') }}

),

-- A call counts on its day, a win on its own: how many of the calls of a period won is not known.
final as (

    select
        owner_id,
        team_id,
        region_id,
        segment_id,
        lead_source_id,
        pipeline_id,
        campaign_id,
        completed_date as event_date,
        1 as calls_made,
        case when is_connected_call then 1 else 0 end as connected_calls,
        0 as converted_deals,
        0 as called_prospects,
        0 as converted_prospects,
        0 as waiting_prospects

    from calls

    union all

    select
        owner_id,
        team_id,
        region_id,
        segment_id,
        lead_source_id,
        pipeline_id,
        campaign_id,
        closed_date,
        0,
        0,
        1,
        0,
        0,
        0

    from called_deals

    union all

    select
        owner_id,
        team_id,
        region_id,
        segment_id,
        lead_source_id,
        pipeline_id,
        campaign_id,
        completed_date,
        0,
        0,
        0,
        1,
        case when is_converted then 1 else 0 end,
        case when is_waiting then 1 else 0 end

    from called_prospects

)

select * from final
