-- Without a tree of companies and without a stage of their life; one that was merged is deleted.
select
    key_of('2', account_id) as account_id,
    account_name,
    region_id,
    industry,
    employee_count,
    annual_revenue,
    user_of(owner_id) as owner_id,
    website_domain,
    created_at,
    updated_at,
    is_deleted

from accounts
