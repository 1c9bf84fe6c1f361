select
    key_of('006', opportunity_id) as opportunity_id,
    key_of('005', user_id) as user_id,
    coalesce(split_type, 'revenue') as split_type,
    split_rate,
    updated_at

from opportunity_splits
