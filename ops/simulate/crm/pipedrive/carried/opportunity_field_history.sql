select
    key_of('7', event_id) as event_id,
    key_of('9', opportunity_id) as opportunity_id,
    field_name,
    case when field_name = 'owner_id' then user_of(old_value) else old_value end as old_value,
    case when field_name = 'owner_id' then user_of(new_value) else new_value end as new_value,
    changed_at,
    user_of(changed_by) as changed_by

from opportunity_field_history
where field_name in ('amount', 'expected_close_date', 'owner_id', 'currency')
