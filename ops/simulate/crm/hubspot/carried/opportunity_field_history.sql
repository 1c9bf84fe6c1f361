with

changes as (

    select
        *,
        lag(new_value) over same_field as former_value,
        row_number() over same_field as change_number

    from numbered_opportunity_field_history
    where field_name in ('amount', 'expected_close_date', 'owner_id', 'currency')
    window same_field as (partition by opportunity_id, field_name order by changed_at, row_number)

),

chained as (

    select
        *,
        case when change_number = 1 then old_value else former_value end as value_before

    from changes

)

select
    key_of('9', opportunity_id) as opportunity_id,
    field_name,
    case when field_name = 'owner_id' then owner_of(value_before) else value_before end
        as old_value,
    case when field_name = 'owner_id' then owner_of(new_value) else new_value end as new_value,
    changed_at,
    owner_of(changed_by) as changed_by

from chained
where value_before is distinct from new_value
