select
    key_of('005', user_id) as user_id,
    period_start,
    period_end,
    product_family_id,
    amount,
    currency,
    updated_at

from quotas
where
    user_id is not null
    and region_id is null
    and segment_id is null
    and pipeline_id is null
    and valid_from is null
