select
    id as campaign_id,
    name as campaign_name,
    type as channel,
    left(start_date, 10) as start_date,
    cast(try_cast(left(end_date, 10) as date) + interval 1 day as date) as end_date,
    budgeted_cost as budget_amount,
    currency_iso_code as currency

from campaign
where coalesce(lower(is_deleted), 'false') not in ('1', 'true')
