-- Tracked fields; amounts and close dates of OpportunityHistory where a deal's are not tracked.
with

tracked as (

    select * from _opportunity_field_changes
    where field_name <> 'stage'

),

changes_of_versions as (

    select
        id || '-amount' as event_id,
        opportunity_id,
        'amount' as field_name,
        earlier_amount as old_value,
        amount as new_value,
        changed_at,
        changed_by

    from _opportunity_versions
    where version_number > 1 and amount is distinct from earlier_amount
    union all
    select
        id || '-close_date' as event_id,
        opportunity_id,
        'expected_close_date' as field_name,
        earlier_close_date as old_value,
        close_date as new_value,
        changed_at,
        changed_by

    from _opportunity_versions
    where version_number > 1 and close_date is distinct from earlier_close_date

),

untracked as (

    select * from changes_of_versions
    where
        (opportunity_id, field_name)
        not in (select (tracked.opportunity_id, tracked.field_name) from tracked)

)

select
    id as event_id,
    opportunity_id,
    field_name,
    old_value,
    new_value,
    changed_at,
    changed_by

from tracked
union all
select * from untracked
