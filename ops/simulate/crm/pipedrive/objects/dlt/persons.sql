select
    cast(contact_id as bigint) as id,
    full_name as name,
    cast(account_id as bigint) as org_id,
    title as job_title,
    cast(created_at as timestamp) as add_time,
    cast(updated_at as timestamp) as update_time,
    is_deleted <> 'true' as active_flag,
    'person' || contact_id as _dlt_id

from contacts
