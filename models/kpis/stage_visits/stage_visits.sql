with

visits as (

    select * from {{ ref('fct_stage_visits') }}

),

settings as (

    select * from {{ ref('dim_settings') }}

),

-- A deal that was sent through several stages at once visited none of them.
final as (

    select
        visits.opportunity_id,
        visits.stage_name,
        visits.owner_id,
        visits.team_id,
        visits.region_id,
        visits.segment_id,
        visits.lead_source_id,
        visits.pipeline_id,
        visits.exited_date,
        case when visits.is_last_visit then 1 else 0 end as left_deals,
        case when visits.is_last_visit then visits.stay_seconds end as stay_seconds,
        case when visits.is_last_visit then visits.stay_seconds / cast(86400 as double) end
            as stay_days,
        case when visits.visit_seconds > settings.stage_jump_seconds then 1 else 0 end
            as ended_visits,
        case
            when visits.visit_seconds > settings.stage_jump_seconds then visits.visit_seconds
        end as visit_seconds,
        case
            when visits.visit_seconds > settings.stage_jump_seconds
                then visits.visit_seconds / cast(86400 as double)
        end as visit_days

    from visits

    cross join settings

)

select * from final
