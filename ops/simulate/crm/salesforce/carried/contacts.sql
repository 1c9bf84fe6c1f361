select
    key_of('003', contact_id) as contact_id,
    key_of('001', account_id) as account_id,
    email,
    phone,
    full_name,
    title,
    is_opted_out,
    key_of('003', master_id) as master_id,
    created_at,
    updated_at,
    is_deleted

from contacts
