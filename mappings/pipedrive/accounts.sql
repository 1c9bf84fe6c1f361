select
    id as account_id,
    name as account_name,
    coalesce(
        address_country,
        case when starts_with(address, '{') then json_extract_string(address, '$.country') end
    ) as region_id,
    industry,
    employee_count,
    annual_revenue,
    case
        when starts_with(owner_id, '{') then json_extract_string(owner_id, '$.value') else owner_id
    end as owner_id,
    website as website_domain,
    add_time as created_at,
    update_time as updated_at,
    regexp_matches(lower(concat_ws(' ', is_deleted, fivetran_deleted)), 'true|1')
    or coalesce(lower(active_flag) in ('0', 'false'), false) as is_deleted

from organization
