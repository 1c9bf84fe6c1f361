-- Every change of the stage or the state of a deal, which change apart. A deal is in its first
-- stage from when it is made, and so is one of which no history is told.
with

entries as (

    select
        history.*,
        opportunities.pipeline_id,
        opportunities.created_at,
        lag(history.stage) over (
            partition by history.opportunity_id order by history.entered_at, history.row_number
        ) as stage_before

    from (
        select
            opportunity_id,
            stage,
            entered_at,
            entered_by,
            row_number

        from numbered_opportunity_stage_history
        union all
        select
            opportunity_id,
            stage,
            created_at as entered_at,
            null as entered_by,
            0 as row_number

        from opportunities
        where
            state_of(stage) = 'open'
            and opportunity_id not in (
                select told.opportunity_id from opportunity_stage_history as told
            )
    ) as history
    inner join opportunities on history.opportunity_id = opportunities.opportunity_id

),

numbered as (

    select
        *,
        state_of(stage) as state,
        case when state_of(stage) = 'open' then stage_of(pipeline_id, stage) end as open_stage,
        row_number() over (partition by opportunity_id order by entered_at, row_number)
            as step_number

    from entries
    where stage is distinct from stage_before

)

select
    key_of('9', opportunity_id) as opportunity_id,
    step_number,
    state,
    open_stage,
    lag(state) over deal as state_before,
    last_value(open_stage ignore nulls) over (
        partition by opportunity_id order by step_number
        rows between unbounded preceding and 1 preceding
    ) as stood_in,
    case when step_number = 1 then created_at else entered_at end as entered_at,
    user_of(entered_by) as entered_by

from numbered
window deal as (partition by opportunity_id order by step_number)
