-- A former customer has no stage of his own in HubSpot's life cycle and stays a customer.
select
    key_of('2', account_id) as account_id,
    account_name,
    key_of('2', parent_account_id) as parent_account_id,
    key_of('2', master_id) as master_id,
    region_id,
    industry,
    employee_count,
    annual_revenue,
    owner_of(owner_id) as owner_id,
    case when lifecycle_status = 'former' then 'customer' else lifecycle_status end
        as lifecycle_status,
    website_domain,
    created_at,
    updated_at,
    is_deleted

from accounts
