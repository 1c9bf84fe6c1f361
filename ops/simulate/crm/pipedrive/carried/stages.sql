-- Won and lost end every pipeline.
with

told as (

    select
        pipeline_id,
        stage

    from opportunities
    union
    select
        opportunities.pipeline_id,
        history.stage

    from opportunity_stage_history as history
    inner join opportunities on history.opportunity_id = opportunities.opportunity_id

)

select
    pipeline_of(pipeline_id) as pipeline_id,
    stage_of(pipeline_id, stage) as stage,
    stage as stage_name,
    row_number() over (partition by pipeline_id order by chance_of(stage), stage) as stage_order,
    false as is_closed,
    false as is_won,
    null as forecast_category,
    chance_of(stage) as default_probability

from told
where state_of(stage) = 'open'
union all
select *

from (
    values
    (null, 'won', 'Won', 90, true, true, 'closed', 1.0),
    (null, 'lost', 'Lost', 99, true, false, 'omitted', 0.0)
) as ends (
    pipeline_id,
    stage,
    stage_name,
    stage_order,
    is_closed,
    is_won,
    forecast_category,
    default_probability
)
