-- The stage in which a deal stands, or stood when it ended, and since when where it was moved.
with

moves as (

    select
        opportunity_id,
        arg_max(open_stage, step_number) as stage,
        max(entered_at) filter (where step_number > 1 and open_stage is distinct from stood_in)
            as moved_at

    from _steps
    where open_stage is not null
    group by opportunity_id

)

select
    key_of('9', opportunities.opportunity_id) as opportunity_id,
    coalesce(moves.stage, stage_of(opportunities.pipeline_id, opportunities.stage)) as stage,
    moves.moved_at

from opportunities
left join moves on key_of('9', opportunities.opportunity_id) = moves.opportunity_id
