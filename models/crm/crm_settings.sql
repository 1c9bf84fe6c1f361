with

parameters as (

    select * from {{ ref('crm_parameters') }}

),

loads as (

    select * from {{ ref('stg_crm__loads') }}

),

opportunities as (

    select * from {{ ref('crm_opportunities') }}

),

events as (

    select * from {{ ref('crm_opportunity_events') }}

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

    select changed_at as event_at from events

),

-- Nor does an event that had not happened when it was loaded: its date is an error of entry.
last_event as (

    select max(event_instants.event_at) as event_at

    from event_instants

    cross join loaded

    where coalesce(event_instants.event_at < loaded.loaded_at, true)

),

dated as (

    select
        parameters.*,
        loaded.load_id,
        loaded.loaded_at,
        coalesce(
            cast(nullif('{{ var("as_of") }}', '') as timestamp),
            least(
                coalesce(
                    loaded.extracted_at,
                    {{ to_instant(
                        to_business_date('last_event.event_at', 'parameters.reporting_tz') ~ ' + 1',
                        'parameters.reporting_tz'
                    ) }}
                ),
                loaded.loaded_at
            )
        ) as as_of

    from parameters

    cross join loaded

    cross join last_event

),

final as (

    select
        *,
        {{ to_business_date('as_of', 'reporting_tz') }} as as_of_date,
        -- S(d) holds what happened before midnight of d, so an as_of at noon reads the next one.
        case
            when
                {{ to_instant(to_business_date('as_of', 'reporting_tz'), 'reporting_tz') }} = as_of
                then {{ to_business_date('as_of', 'reporting_tz') }}
            else {{ to_business_date('as_of', 'reporting_tz') }} + 1
        end as snapshot_date

    from dated

)

select * from final
