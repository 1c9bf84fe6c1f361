select
    id as event_id,
    item_id as opportunity_id,
    case field_key
        when 'value' then 'amount'
        when 'expected_close_date' then 'expected_close_date'
        when 'user_id' then 'owner_id'
        when 'owner_id' then 'owner_id'
        when 'currency' then 'currency'
    end as field_name,
    old_value,
    new_value,
    log_time as changed_at,
    user_id as changed_by

from deal_flow
where field_key in ('value', 'expected_close_date', 'user_id', 'owner_id', 'currency')
