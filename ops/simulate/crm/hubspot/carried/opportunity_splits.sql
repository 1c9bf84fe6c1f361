-- Credit that is overlaid is none of HubSpot's splits, which add up to the deal.
select
    key_of('9', opportunity_id) as opportunity_id,
    owner_of(user_id) as user_id,
    'revenue' as split_type,
    split_rate,
    updated_at

from opportunity_splits
where coalesce(split_type, 'revenue') = 'revenue'
