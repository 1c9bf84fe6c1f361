-- A change of owner is logged twice: by name, then by key.
with

changes as (

    select
        event_id,
        opportunity_id,
        case field_name
            when 'amount' then 'Amount'
            when 'expected_close_date' then 'CloseDate'
            when 'owner_id' then 'Owner'
            when 'currency' then 'CurrencyIsoCode'
        end as field,
        case when field_name = 'owner_id' then 'EntityId' else 'Text' end as data_type,
        old_value,
        new_value,
        cast(changed_at as timestamp) as changed_at,
        changed_by

    from opportunity_field_history

),

names as (

    select
        '018' || substr(changes.event_id, 4) as event_id,
        changes.opportunity_id,
        changes.field,
        'Text' as data_type,
        former.full_name as old_value,
        present.full_name as new_value,
        changes.changed_at,
        changes.changed_by

    from changes
    left join users as former on changes.old_value = former.user_id
    left join users as present on changes.new_value = present.user_id
    where changes.field = 'Owner'

),

rows_of_both as (

    select * from changes
    union all
    select * from names

)

select
    event_id as "Id",
    opportunity_id as "OpportunityId",
    field as "Field",
    data_type as "DataType",
    old_value as "OldValue",
    new_value as "NewValue",
    changed_at as "CreatedDate",
    changed_by as "CreatedById",
    false as "IsDeleted"

from rows_of_both
