-- Without the log: the stage a deal stands in, since when, and when it ended.
select
    key_of('9', opportunities.opportunity_id) as opportunity_id,
    steps.stage,
    coalesce(steps.moved_at, opportunities.created_at) as entered_at

from opportunities
inner join _steps_now as steps on key_of('9', opportunities.opportunity_id) = steps.opportunity_id
union all
select
    key_of('9', opportunity_id) as opportunity_id,
    state_of(stage) as stage,
    coalesce(closed_at, closed_date) as entered_at

from opportunities
where state_of(stage) <> 'open'
