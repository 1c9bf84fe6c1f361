-- What a deal was made with is no change of it.
with

changes as (

    select
        deal_property_history.*,
        case deal_property_history.property
            when 'amount' then 'amount'
            when 'closedate' then 'expected_close_date'
            when 'hubspot_owner_id' then 'owner_id'
            when 'deal_currency_code' then 'currency'
        end as field_name,
        try_cast(deal_property_history.timestamp as timestamptz) as changed_at,
        try_cast(deal.createdate as timestamptz) as created_at,
        -- Dates of a log are milliseconds.
        case
            when
                deal_property_history.property = 'closedate'
                and regexp_full_match(deal_property_history.value, '[0-9]{10,14}')
                then cast(epoch_ms(try_cast(deal_property_history.value as bigint)) as varchar)
            else deal_property_history.value
        end as new_value

    from deal_property_history
    left join deal on deal_property_history.deal_id = deal.deal_id
    where
        deal_property_history.property in (
            'amount', 'closedate', 'hubspot_owner_id', 'deal_currency_code'
        )

),

steps as (

    select
        *,
        lag(new_value) over same_field as old_value,
        row_number() over same_field as step_number

    from changes
    window same_field as (partition by deal_id, field_name order by changed_at, new_value)

)

select
    steps.deal_id as opportunity_id,
    steps.field_name,
    steps.old_value,
    steps.new_value,
    steps.changed_at,
    _owner_users.owner_id as changed_by

from steps
left join _owner_users on steps.updated_by_user_id = _owner_users.user_id
where
    steps.new_value is distinct from steps.old_value
    and (
        steps.step_number > 1
        or coalesce(steps.changed_at > steps.created_at + interval 1 minute, false)
    )
