-- The quota of the k-th quarter of the source is for the k-th quarter of the orders, which start
-- on 2017-07-01: 73 months later, counted from the first day of the month that the date begins.
with

quotas as (

    select
        person_id,
        date_trunc('month', cast(quota_date as timestamp) + interval 2 day)
        + interval 73 month as period_start,
        amount

    from salespersonquotahistory

)

select
    person_id as user_id,
    period_start,
    period_start + interval 3 month as period_end,
    amount

from quotas
