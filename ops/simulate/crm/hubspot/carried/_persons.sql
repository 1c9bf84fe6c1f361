-- HubSpot has a contact for everybody: those that the company keeps, those that were leads, and
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
        is_opted_out,
        key_of('5', master_id) as master_id,
        created_at,
        updated_at,
        is_deleted

    from contacts
    union all by name
    select
        contact_of_lead(lead_id, converted_contact_id) as contact_id,
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
        _activity_contacts.contact_id,
        3 as place,
        key_of('2', activities.account_id) as account_id,
        activities.created_at

    from _activity_contacts
    inner join activities
        on _activity_contacts.activity_id = activity_of(activities.activity_id)

)

select
    contact_id,
    arg_min(account_id, (place, created_at)) as account_id,
    arg_min(email, (place, created_at)) as email,
    arg_min(phone, (place, created_at)) as phone,
    arg_min(full_name, (place, created_at)) as full_name,
    arg_min(title, (place, created_at)) as title,
    arg_min(is_opted_out, (place, created_at)) as is_opted_out,
    arg_min(master_id, (place, created_at)) as master_id,
    arg_min(created_at, (place, created_at)) as created_at,
    greatest(max(updated_at), arg_min(created_at, (place, created_at))) as updated_at,
    coalesce(arg_min(is_deleted, (place, created_at)), 'false') as is_deleted

from told
group by contact_id
