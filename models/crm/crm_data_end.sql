with

loads as (

    select * from {{ ref('stg_crm__loads') }}

),

opportunities as (

    select * from {{ ref('crm_opportunities') }}

),

stage_history as (

    select * from {{ ref('crm_opportunity_stage_history') }}

),

field_history as (

    select * from {{ ref('crm_opportunity_field_history') }}

),

loaded as (

    select
        max(load_id) as load_id,
        max(loaded_at) as loaded_at,
        max(extracted_at) as extracted_at

    from loads

),

-- Expected dates lie in the future, so they say nothing about where the data ends.
event_instants as (

    select created_at as event_at from opportunities

    union all

    select closed_at as event_at from opportunities

    union all

    select entered_at as event_at from stage_history

    union all

    select changed_at as event_at from field_history

),

-- Nor does an event that had not happened when it was loaded: its date is an error of entry.
last_event as (

    select max(event_instants.event_at) as event_at

    from event_instants

    cross join loaded

    where coalesce(event_instants.event_at < loaded.loaded_at, true)

),

final as (

    select
        loaded.load_id,
        loaded.loaded_at,
        loaded.extracted_at,
        last_event.event_at as last_event_at

    from loaded

    cross join last_event

)

select * from final
