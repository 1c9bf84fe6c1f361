select
    cast(contact_id as bigint) as id,
    full_name as name,
    cast(account_id as bigint) as org_id,
    case
        when email is not null
            then [
                {'label': 'home', 'value': 'home.' || email, 'primary': false},
                {'label': 'work', 'value': email, 'primary': true}
            ]
        else []
    end as emails,
    case
        when phone is not null then [{'label': 'work', 'value': phone, 'primary': true}]
        else []
    end as phones,
    title as job_title,
    cast(created_at as timestamp) as add_time,
    cast(updated_at as timestamp) as update_time,
    is_deleted = 'true' as is_deleted

from contacts
