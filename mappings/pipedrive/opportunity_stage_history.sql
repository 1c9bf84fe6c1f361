-- The log, and what the deal itself says of its last steps where the log does not.
with

instants as (

    select
        deal_id,
        changed_at,
        arg_max(user_id, change_number) filter (where user_id is not null) as user_id,
        arg_max(stage, change_number) filter (where stage is not null) as stage,
        arg_max(state, change_number) filter (where state is not null) as state

    from _deal_states
    where changed_at is not null
    group by deal_id, changed_at

),

known as (

    select
        deal_id,
        changed_at,
        user_id,
        last_value(stage ignore nulls) over until_now as stage,
        last_value(state ignore nulls) over until_now as state

    from instants
    window until_now as (
        partition by deal_id order by changed_at
        rows between unbounded preceding and current row
    )

),

placed as (

    select
        deal_id,
        changed_at,
        user_id,
        case when state in ('won', 'lost') then state else stage end as stage

    from known

),

steps as (

    select
        *,
        lag(stage) over (partition by deal_id order by changed_at) as earlier_stage

    from placed
    where stage is not null

)

select
    deal_id as opportunity_id,
    stage,
    changed_at as entered_at,
    user_id as entered_by

from steps
where stage is distinct from earlier_stage
