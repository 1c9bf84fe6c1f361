with

loads as (

    select * from {{ ref('stg_crm__loads') }}

),

events as (

    select * from {{ ref('crm_table_events') }}

),

loaded as (

    select
        max(load_id) as load_id,
        max(loaded_at) as loaded_at,
        max(extracted_at) as extracted_at

    from loads

),

-- An event that had not happened when it was loaded does not end the data: its date is an error of
-- entry.
last_event as (

    select max(events.event_at) as event_at

    from events

    cross join loaded

    where coalesce(events.event_at < loaded.loaded_at, true)

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
