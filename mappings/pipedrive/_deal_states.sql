-- What is known of the stage and the state of a deal at an instant; a part that is not told is as
-- it was. The first stage is what the first change of it came from.
with

changes as (

    select
        item_id as deal_id,
        try_cast(log_time as timestamptz) as changed_at,
        try_cast(id as bigint) as change_number,
        user_id,
        case when field_key = 'stage_id' then old_value end as old_stage,
        case when field_key = 'stage_id' then new_value end as stage,
        case when field_key = 'status' then new_value end as state

    from deal_flow
    where
        field_key = 'stage_id'
        or (field_key = 'status' and new_value in ('open', 'won', 'lost'))

),

first_stages as (

    select
        deal_id,
        arg_min(old_stage, (changed_at, change_number)) as stage

    from changes
    where old_stage is not null
    group by deal_id

)

select
    deals.deal_id,
    try_cast(deals.add_time as timestamptz) as changed_at,
    0 as change_number,
    cast(null as varchar) as user_id,
    coalesce(
        first_stages.stage,
        case when deals.stage_change_time is null then deals.stage_id end
    ) as stage,
    'open' as state

from _deals as deals
left join first_stages on deals.deal_id = first_stages.deal_id
union all
select
    deal_id,
    changed_at,
    change_number,
    user_id,
    stage,
    state

from changes
union all
select
    deal_id,
    try_cast(stage_change_time as timestamptz) as changed_at,
    -1 as change_number,
    null as user_id,
    stage_id as stage,
    null as state

from _deals
where stage_change_time is not null
union all
select
    deal_id,
    try_cast(closed_at as timestamptz) as changed_at,
    -1 as change_number,
    null as user_id,
    null as stage,
    state

from _deals
where closed_at is not null
