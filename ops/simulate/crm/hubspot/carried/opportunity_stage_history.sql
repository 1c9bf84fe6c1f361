-- Two steps into one stage, one after the other, are one.
with

steps as (

    select
        history.*,
        opportunities.pipeline_id,
        lag(history.stage) over (
            partition by history.opportunity_id order by history.entered_at, history.row_number
        ) as before

    from numbered_opportunity_stage_history as history
    inner join opportunities on history.opportunity_id = opportunities.opportunity_id

)

select
    key_of('9', opportunity_id) as opportunity_id,
    stage_of(pipeline_id, stage) as stage,
    entered_at,
    owner_of(entered_by) as entered_by

from steps
where stage is distinct from before
