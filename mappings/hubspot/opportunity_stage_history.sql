-- A date that no entry of the log is near to is of an entry that the log lacks.
with

entries as (

    select * from _logged_stages
    union all
    select
        dates.deal_id,
        dates.stage,
        dates.entered_at,
        cast(null as varchar) as updated_by_user_id

    from _stage_dates as dates
    where
        not exists (
            select logged.deal_id
            from _logged_stages as logged
            where
                dates.deal_id = logged.deal_id
                and abs(epoch(dates.entered_at) - epoch(logged.entered_at)) <= 60
        )

),

steps as (

    select
        *,
        lag(stage) over (partition by deal_id order by entered_at, stage) as earlier_stage

    from entries
    where entered_at is not null

)

select
    steps.deal_id as opportunity_id,
    steps.stage,
    steps.entered_at,
    _owner_users.owner_id as entered_by

from steps
left join _owner_users on steps.updated_by_user_id = _owner_users.user_id
where steps.stage is distinct from steps.earlier_stage
