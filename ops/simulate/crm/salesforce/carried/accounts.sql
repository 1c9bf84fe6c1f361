select
    key_of('001', account_id) as account_id,
    account_name,
    key_of('001', parent_account_id) as parent_account_id,
    key_of('001', master_id) as master_id,
    region_id,
    industry,
    employee_count,
    annual_revenue,
    key_of('005', owner_id) as owner_id,
    website_domain,
    created_at,
    updated_at,
    is_deleted

from accounts
