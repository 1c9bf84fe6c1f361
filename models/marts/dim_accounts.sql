with

accounts as (

    select * from {{ ref('crm_accounts') }}

    where account_id = surviving_account_id

),

attributes as (

    select * from {{ ref('crm_opportunity_attributes') }}

),

-- A deal may name a company that was not delivered; it is a member all the same.
all_accounts as (

    select account_id from accounts

    union

    select account_id from attributes

),

final as (

    select
        all_accounts.account_id,
        coalesce(
            accounts.account_name,
            case when all_accounts.account_id = '-1' then 'Unknown' else all_accounts.account_id end
        ) as account_name,
        accounts.parent_account_id,
        coalesce(accounts.region_id, '-1') as region_id,
        coalesce(accounts.segment_id, '-1') as segment_id,
        coalesce(accounts.industry, 'Unknown') as industry,
        coalesce(accounts.owner_id, '-1') as owner_id,
        accounts.lifecycle_status,
        accounts.employee_count,
        accounts.annual_revenue,
        accounts.account_id is not null as is_delivered,
        coalesce(accounts.is_deleted, false) as is_deleted,
        coalesce(accounts.is_test, false) as is_test,
        accounts.customer_since

    from all_accounts

    left join accounts
        on all_accounts.account_id = accounts.account_id

)

select * from final
