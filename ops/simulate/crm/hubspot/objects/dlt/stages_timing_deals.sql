-- The last entry into each stage.
select
    opportunity_id as id,
    stage,
    max(cast(entered_at as timestamp)) as hs_v2_date_enteredx

from opportunity_stage_history
group by opportunity_id, stage
