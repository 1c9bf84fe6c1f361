with

changes as (

    select * from {{ ref('crm_entered_stages') }}

),

opportunities as (

    select * from {{ ref('crm_opportunities') }}

),

stages as (

    select * from {{ ref('crm_stages') }}

),

-- What is dated before the opening happened at the opening.
named as (

    select
        changes.opportunity_id,
        changes.change_number,
        opportunities.pipeline_id,
        coalesce(stages.stage_name, changes.stage) as stage_name,
        stages.stage_order,
        coalesce(stages.is_mapped and not stages.is_closed, false) as is_open_stage,
        max(changes.changed_at) over (
            partition by changes.opportunity_id order by changes.change_number
        ) as entered_at

    from changes

    inner join opportunities
        on changes.opportunity_id = opportunities.opportunity_id

    left join stages
        on opportunities.pipeline_id = stages.pipeline_id and changes.stage = stages.stage

),

compared as (

    select
        *,
        lag(stage_name) over (
            partition by opportunity_id order by change_number
        ) as previous_stage_name

    from named

),

-- From one label of a stage to another no deal moves.
entered as (

    select
        *,
        lead(entered_at) over (partition by opportunity_id order by change_number) as exited_at

    from compared

    where stage_name is distinct from previous_stage_name

),

final as (

    select
        opportunity_id,
        pipeline_id,
        stage_name,
        entered_at,
        exited_at,
        {{ seconds_between('entered_at', 'exited_at') }} as visit_seconds,
        row_number() over (
            partition by opportunity_id, stage_name order by change_number desc
        ) as visits_to_the_last

    from entered

    where is_open_stage and stage_order is not null

)

select * from final
