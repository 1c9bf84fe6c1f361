-- Tracked fields, by the names of the contract; a lookup is logged twice, by name and by key.
select
    id,
    opportunity_id,
    case lower(field)
        when 'amount' then 'amount'
        when 'closedate' then 'expected_close_date'
        when 'ownerid' then 'owner_id'
        when 'owner' then 'owner_id'
        when 'currencyisocode' then 'currency'
        when 'stagename' then 'stage'
    end as field_name,
    case
        when lower(field) = 'closedate' then left(old_value, 10)
        else old_value
    end as old_value,
    case
        when lower(field) = 'closedate' then left(new_value, 10)
        else new_value
    end as new_value,
    created_date as changed_at,
    created_by_id as changed_by

from opportunity_field_history
where
    coalesce(lower(is_deleted), 'false') not in ('1', 'true')
    and (
        lower(field) in ('amount', 'closedate', 'currencyisocode', 'stagename')
        or (lower(field) in ('owner', 'ownerid') and coalesce(new_value, old_value) like '005%')
    )
