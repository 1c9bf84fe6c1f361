select
    id as contact_id,
    account_id,
    email,
    phone,
    name as full_name,
    title,
    has_opted_out_of_email as is_opted_out,
    master_record_id as master_id,
    created_date as created_at,
    coalesce(last_modified_date, system_modstamp) as updated_at,
    is_deleted

from contact
