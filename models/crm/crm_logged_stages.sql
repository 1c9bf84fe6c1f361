with

stage_events as (

    select * from {{ ref('crm_opportunity_events') }}

    where field_name = 'stage' and new_value is not null

),

opportunities as (

    select * from {{ ref('crm_opportunities') }}

),

stages as (

    select * from {{ ref('crm_stages') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

named as (

    select
        stage_events.opportunity_id,
        coalesce(new_stages.stage_name, stage_events.new_value) as stage_name,
        coalesce(old_stages.stage_name, stage_events.old_value) as old_stage_name,
        stage_events.change_number,
        stage_events.changed_at

    from stage_events

    inner join opportunities
        on stage_events.opportunity_id = opportunities.opportunity_id

    left join stages as new_stages
        on
            opportunities.pipeline_id = new_stages.pipeline_id
            and stage_events.new_value = new_stages.stage

    left join stages as old_stages
        on
            opportunities.pipeline_id = old_stages.pipeline_id
            and stage_events.old_value = old_stages.stage

),

-- From one label of a stage to another, as after a rename, no deal moves.
entered as (

    select
        named.opportunity_id,
        named.stage_name,
        max(named.changed_at) as last_entered_at

    from named

    cross join settings

    where
        named.changed_at < settings.as_of
        and named.old_stage_name is distinct from named.stage_name

    group by named.opportunity_id, named.stage_name

),

last_steps as (

    select
        named.opportunity_id,
        max_by(named.stage_name, named.change_number) as last_stage_name,
        max_by(named.stage_name, named.change_number)
        filter (where named.changed_at < settings.as_of) as last_known_stage_name

    from named

    cross join settings

    group by named.opportunity_id

),

final as (

    select distinct
        named.opportunity_id,
        named.stage_name,
        entered.last_entered_at,
        named.stage_name = last_steps.last_stage_name as is_last,
        coalesce(named.stage_name = last_steps.last_known_stage_name, false) as is_last_known

    from named

    inner join last_steps
        on named.opportunity_id = last_steps.opportunity_id

    left join entered
        on
            named.opportunity_id = entered.opportunity_id
            and named.stage_name = entered.stage_name

)

select * from final
