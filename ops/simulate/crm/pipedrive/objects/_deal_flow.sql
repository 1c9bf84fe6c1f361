-- The log of a deal: stage and state change apart, and a deal that is opened again is in the stage
-- that it had. What a deal was made with is not in it.
with

steps as (

    select
        opportunity_id,
        entered_by as user_id,
        'status' as field_key,
        coalesce(state_before, 'open') as old_value,
        state as new_value,
        entered_at as changed_at,
        cast(null as varchar) as event_id

    from _steps
    where state <> coalesce(state_before, 'open')
    union all
    select
        opportunity_id,
        entered_by as user_id,
        'stage_id' as field_key,
        stood_in as old_value,
        open_stage as new_value,
        entered_at as changed_at,
        cast(null as varchar) as event_id

    from _steps
    where open_stage <> stood_in
    union all
    select
        opportunity_id,
        changed_by as user_id,
        case field_name
            when 'amount' then 'value'
            when 'owner_id' then 'user_id'
            else field_name
        end as field_key,
        old_value,
        new_value,
        changed_at,
        event_id

    from opportunity_field_history

)

select
    cast(
        coalesce(
            event_id,
            key_of('6', cast(row_number() over (order by opportunity_id, changed_at) as varchar))
        ) as bigint
    ) as id,
    cast(opportunity_id as bigint) as item_id,
    cast(user_id as bigint) as user_id,
    field_key,
    old_value,
    new_value,
    cast(changed_at as timestamp) as log_time,
    'app' as change_source

from steps
union all
-- Other fields are logged, too.
select
    cast(key_of('1', opportunity_id) as bigint) as id,
    cast(opportunity_id as bigint) as item_id,
    cast(owner_id as bigint) as user_id,
    'label' as field_key,
    cast(null as varchar) as old_value,
    'Hot' as new_value,
    cast(updated_at as timestamp) as log_time,
    'app' as change_source

from opportunities
where cast(opportunity_id as bigint) // 1000 % 10 = 0
