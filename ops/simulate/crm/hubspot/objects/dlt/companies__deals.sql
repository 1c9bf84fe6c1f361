select
    account_id as value,
    opportunity_id as deals_id,
    0 as _dlt_list_idx

from opportunities
where account_id is not null
