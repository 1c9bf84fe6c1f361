select
    company.company_id as account_id,
    company.name as account_name,
    split_part(company.hs_parent_company_id, '.', 1) as parent_account_id,
    min(_merged_companies.master_id) as master_id,
    company.country as region_id,
    company.industry,
    split_part(company.numberofemployees, '.', 1) as employee_count,
    company.annualrevenue as annual_revenue,
    company.hubspot_owner_id as owner_id,
    case
        when lower(company.lifecyclestage) in ('customer', 'evangelist') then 'customer'
        when company.lifecyclestage is not null then 'prospect'
    end as lifecycle_status,
    coalesce(company.domain, company.website) as website_domain,
    company.createdate as created_at,
    company.hs_lastmodifieddate as updated_at,
    regexp_matches(
        lower(concat_ws(' ', company.archived, company.is_deleted, company.fivetran_deleted)),
        'true|1'
    ) as is_deleted

from company
left join _merged_companies on company.company_id = _merged_companies.company_id
group by all
