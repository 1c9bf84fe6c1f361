with

entries as (

    select * from {{ ref('fct_stage_entries') }}

),

final as (

    select
        opportunity_id,
        stage_name,
        owner_id,
        team_id,
        region_id,
        segment_id,
        lead_source_id,
        pipeline_id,
        entered_date,
        1 as entered_deals,
        case when is_passed then 1 else 0 end as passed_deals,
        case when is_passed or is_closed then 1 else 0 end as resolved_deals

    from entries

)

select * from final
