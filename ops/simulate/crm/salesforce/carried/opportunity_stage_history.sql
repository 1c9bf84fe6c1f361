-- Two steps into one stage, one after the other, are one row for Salesforce.
with

steps as (

    select
        *,
        lag(stage) over (partition by opportunity_id order by entered_at, row_number) as before

    from numbered_opportunity_stage_history

)

select
    key_of('006', opportunity_id) as opportunity_id,
    stage,
    entered_at,
    key_of('005', entered_by) as entered_by

from steps
where stage is distinct from before
