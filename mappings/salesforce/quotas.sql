-- A quota is for the period it names; where periods are not delivered, for the month it begins in.
select
    forecasting_quota.quota_owner_id as user_id,
    left(coalesce(period.start_date, forecasting_quota.start_date), 10) as period_start,
    cast(coalesce(
        try_cast(left(period.end_date, 10) as date) + interval 1 day,
        try_cast(left(forecasting_quota.start_date, 10) as date) + interval 1 month
    ) as date) as period_end,
    forecasting_quota.product_family as product_family_id,
    forecasting_quota.quota_amount as amount,
    forecasting_quota.currency_iso_code as currency,
    coalesce(forecasting_quota.last_modified_date, forecasting_quota.system_modstamp)
        as updated_at

from forecasting_quota
left join period on forecasting_quota.period_id = period.id
where
    coalesce(lower(forecasting_quota.is_amount), 'true') in ('1', 'true')
    and forecasting_quota.quota_amount is not null
