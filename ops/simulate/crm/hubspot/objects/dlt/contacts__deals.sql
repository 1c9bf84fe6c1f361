select
    contact_id as value,
    opportunity_id as deals_id,
    row_number() over (partition by opportunity_id order by contact_id) - 1 as _dlt_list_idx

from opportunity_contact_roles
