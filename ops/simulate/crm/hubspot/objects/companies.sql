-- The one that is left names those that were merged into it.
with

merged as (

    select
        master_id,
        string_agg(account_id, ';' order by account_id) as account_ids

    from accounts
    where master_id is not null
    group by master_id

)

select
    accounts.account_id as id,
    accounts.account_name as properties_name,
    cast(accounts.parent_account_id as double) as properties_hs_parent_company_id,
    merged.account_ids as properties_hs_merged_object_ids,
    accounts.region_id as properties_country,
    accounts.industry as properties_industry,
    cast(accounts.employee_count as double) as properties_numberofemployees,
    cast(accounts.annual_revenue as double) as properties_annualrevenue,
    accounts.owner_id as properties_hubspot_owner_id,
    case accounts.lifecycle_status
        when 'customer' then 'customer'
        when 'prospect' then 'opportunity'
    end as properties_lifecyclestage,
    accounts.website_domain as properties_domain,
    cast(accounts.created_at as timestamp) as properties_createdate,
    cast(accounts.updated_at as timestamp) as properties_hs_lastmodifieddate,
    cast(accounts.created_at as timestamp) as "createdAt",
    cast(accounts.updated_at as timestamp) as "updatedAt",
    coalesce(accounts.is_deleted, 'false') = 'true' as archived

from accounts
left join merged on accounts.account_id = merged.master_id
