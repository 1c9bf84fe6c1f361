-- OpportunityHistory has a row for every change of stage, amount, close date or probability.
select
    id,
    opportunity_id,
    stage_name,
    amount,
    left(close_date, 10) as close_date,
    created_date as changed_at,
    created_by_id as changed_by,
    row_number() over versions as version_number,
    lag(stage_name) over versions as earlier_stage,
    lag(amount) over versions as earlier_amount,
    lag(left(close_date, 10)) over versions as earlier_close_date

from opportunity_history
where coalesce(lower(is_deleted), 'false') not in ('1', 'true')
window versions as (partition by opportunity_id order by created_date, id)
