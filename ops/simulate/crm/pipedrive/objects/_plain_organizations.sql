select
    cast(account_id as bigint) as id,
    account_name as name,
    cast(owner_id as bigint) as owner_id,
    'Main Street 1, ' || region_id as address,
    region_id as address_country,
    industry,
    cast(employee_count as integer) as employee_count,
    cast(annual_revenue as double) as annual_revenue,
    website_domain as website,
    cast(created_at as timestamp) as add_time,
    cast(updated_at as timestamp) as update_time,
    coalesce(is_deleted, 'false') <> 'true' as active_flag

from accounts
