with

starts as (

    select * from {{ ref('crm_opportunity_starts') }}

    where is_known

),

opportunities as (

    select * from {{ ref('crm_opportunities') }}

),

stage_events as (

    select * from {{ ref('crm_opportunity_events') }}

    where field_name = 'stage' and new_value is not null

),

unlogged_closings as (

    select * from {{ ref('crm_closings') }}

    where is_known and not is_logged

),

settings as (

    select * from {{ ref('crm_settings') }}

),

-- A closing that no log holds comes after everything that is logged.
final as (

    select
        starts.opportunity_id,
        0 as change_number,
        starts.stage,
        coalesce(
            opportunities.created_at, {{ to_instant('starts.start_date', 'settings.reporting_tz') }}
        ) as changed_at

    from starts

    cross join settings

    inner join opportunities
        on starts.opportunity_id = opportunities.opportunity_id

    union all

    select
        stage_events.opportunity_id,
        stage_events.change_number,
        stage_events.new_value,
        stage_events.changed_at

    from stage_events

    cross join settings

    inner join starts
        on stage_events.opportunity_id = starts.opportunity_id

    where stage_events.changed_at < settings.as_of

    union all

    select
        unlogged_closings.opportunity_id,
        1000000,
        unlogged_closings.stage,
        opportunities.closed_at

    from unlogged_closings

    inner join starts
        on unlogged_closings.opportunity_id = starts.opportunity_id

    inner join opportunities
        on unlogged_closings.opportunity_id = opportunities.opportunity_id

)

select * from final
