-- Who made a deal is not in the log of its changes.
select
    opportunity_id,
    case when state = 'open' then open_stage else state end as stage,
    entered_at,
    case when step_number > 1 then entered_by end as entered_by

from _steps
