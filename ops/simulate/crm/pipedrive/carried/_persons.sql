-- Pipedrive has a person for everybody: those that the company keeps, those that were leads, and
-- those that deals and activities name.
with

told as (

    select
        key_of('5', contact_id) as contact_id,
        1 as place,
        key_of('2', account_id) as account_id,
        email,
        phone,
        full_name,
        title,
        created_at,
        updated_at,
        is_deleted

    from contacts
    union all by name
    select
        person_of_lead(lead_id, converted_contact_id) as contact_id,
        2 as place,
        key_of('2', converted_account_id) as account_id,
        email,
        phone,
        full_name,
        created_at,
        updated_at,
        is_deleted

    from leads
    union all by name
    select
        key_of('5', primary_contact_id) as contact_id,
        3 as place,
        key_of('2', account_id) as account_id,
        created_at

    from opportunities
    where primary_contact_id is not null
    union all by name
    select
        _activity_persons.person_id as contact_id,
        3 as place,
        key_of('2', activities.account_id) as account_id,
        activities.created_at

    from _activity_persons
    inner join activities on _activity_persons.activity_id = activity_of(activities.activity_id)

)

select
    contact_id,
    arg_min(account_id, (place, created_at)) as account_id,
    arg_min(email, (place, created_at)) as email,
    arg_min(phone, (place, created_at)) as phone,
    coalesce(arg_min(full_name, (place, created_at)), 'Person ' || contact_id) as full_name,
    arg_min(title, (place, created_at)) as title,
    arg_min(created_at, (place, created_at)) as created_at,
    greatest(max(updated_at), arg_min(created_at, (place, created_at))) as updated_at,
    coalesce(arg_min(is_deleted, (place, created_at)), 'false') as is_deleted

from told
group by contact_id
