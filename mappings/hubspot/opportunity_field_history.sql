-- What a deal was made with is no change of it. HubSpot sets the close date to the instant at which
-- a deal closes, which nobody expected; one of midnight UTC was set as a date and is that date.
with

told as (

    select
        deal_property_history.*,
        coalesce(
            deal_property_history.updated_by_user_id,
            nullif(regexp_extract(deal_property_history.source_id, '^userId:([0-9]+)$', 1), '')
        ) as user_id,
        try_cast(deal_property_history.timestamp as timestamptz) as changed_at,
        -- Dates of an older log are milliseconds.
        case
            when deal_property_history.property = 'closedate'
                then epoch_ms(coalesce(
                    case
                        when regexp_full_match(deal_property_history.value, '[0-9]{10,14}')
                            then try_cast(deal_property_history.value as bigint)
                    end,
                    epoch_ms(try_cast(deal_property_history.value as timestamptz))
                ))
        end as close_date

    from deal_property_history
    where
        deal_property_history.property in (
            'amount', 'closedate', 'hubspot_owner_id', 'deal_currency_code'
        )

),

changes as (

    select
        told.deal_id,
        told.user_id,
        told.changed_at,
        case told.property
            when 'amount' then 'amount'
            when 'closedate' then 'expected_close_date'
            when 'hubspot_owner_id' then 'owner_id'
            when 'deal_currency_code' then 'currency'
        end as field_name,
        try_cast(deal.createdate as timestamptz) as created_at,
        case
            when told.close_date = date_trunc('day', told.close_date)
                then cast(cast(told.close_date as date) as varchar)
            else coalesce(cast(told.close_date as varchar), told.value)
        end as new_value

    from told
    left join deal on told.deal_id = deal.deal_id
    where coalesce(abs(epoch(told.close_date) - epoch(told.changed_at)) > 60, true)

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
left join _owner_users on steps.user_id = _owner_users.user_id
where
    steps.new_value is distinct from steps.old_value
    and (
        steps.step_number > 1
        or coalesce(steps.changed_at > steps.created_at + interval 1 minute, false)
    )
