-- Won and lost are states; Pipedrive tells no types, no forecast category and no next step.
with

told as (

    select
        *,
        state_of(stage) as state,
        case when state_of(stage) <> 'open' then coalesce(closed_at, closed_date) end as ended_at

    from opportunities

)

select
    key_of('9', opportunity_id) as opportunity_id,
    opportunity_name,
    key_of('2', account_id) as account_id,
    key_of('5', primary_contact_id) as primary_contact_id,
    pipeline_of(pipeline_id) as pipeline_id,
    case when state = 'open' then stage_of(pipeline_id, stage) else state end as stage,
    user_of(owner_id) as owner_id,
    created_at as created_date,
    created_at,
    expected_close_date,
    ended_at as closed_date,
    ended_at as closed_at,
    amount,
    currency,
    probability,
    case when state = 'lost' then loss_reason end as loss_reason,
    lead_source,
    updated_at,
    is_deleted

from told
