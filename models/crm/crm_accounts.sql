with

accounts as (

    select * from {{ ref('stg_crm__accounts') }}

    where reject_reason is null

),

survivors as (

    select * from {{ ref('crm_account_survivors') }}

),

resolved as (

    select
        accounts.*,
        coalesce(survivors.surviving_account_id, accounts.account_id) as surviving_account_id

    from accounts

    left join survivors
        on accounts.account_id = survivors.account_id

),

-- Customers that were merged have been one customer since the earliest of their dates.
customer_dates as (

    select
        surviving_account_id,
        min(customer_since) as customer_since

    from resolved

    group by surviving_account_id

),

-- Whether a merged account is internal is said by the one that survives.
final as (

    select
        resolved.account_id,
        resolved.surviving_account_id,
        resolved.parent_account_id,
        resolved.master_id,
        resolved.region_id,
        resolved.segment_id,
        resolved.owner_id,
        resolved.account_name,
        resolved.industry,
        resolved.lifecycle_status,
        resolved.website_domain,
        resolved.employee_count,
        resolved.annual_revenue,
        resolved.is_deleted,
        surviving.is_test,
        customer_dates.customer_since,
        resolved.created_at,
        resolved.updated_at

    from resolved

    inner join accounts as surviving
        on resolved.surviving_account_id = surviving.account_id

    inner join customer_dates
        on resolved.surviving_account_id = customer_dates.surviving_account_id

)

select * from final
