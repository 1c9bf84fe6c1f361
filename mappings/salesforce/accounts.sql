select
    id as account_id,
    name as account_name,
    parent_id as parent_account_id,
    master_record_id as master_id,
    billing_country as region_id,
    industry,
    number_of_employees as employee_count,
    annual_revenue,
    owner_id,
    website as website_domain,
    created_date as created_at,
    coalesce(last_modified_date, system_modstamp) as updated_at,
    is_deleted

from account
