with

quotas as (

    select * from {{ ref('crm_quotas') }}

),

opportunity_values as (

    select * from {{ ref('crm_opportunity_values') }}

),

plan_rates as (

    select * from {{ ref('crm_exchange_rates') }}

    where rate_type = 'plan'

),

settings as (

    select * from {{ ref('crm_settings') }}

),

quota_periods as (

    select distinct period_start from quotas

),

currencies as (

    select currency from quotas

    union

    select currency from opportunity_values

),

-- Deals meet quotas at the plan rate of the quota's fiscal year, given on its first day.
final as (

    select
        'missing_plan_rate' as finding,
        'exchange_rates' as table_name,
        'rate' as column_name,
        concat_ws('/', currencies.currency, cast(quota_periods.period_start as string))
            as record_id,
        cast(null as decimal(18, 4)) as amount_at_stake

    from currencies

    cross join quota_periods

    cross join settings

    left join plan_rates
        on
            currencies.currency = plan_rates.currency
            and quota_periods.period_start >= plan_rates.rate_date
            and plan_rates.rate_date
            > {{ dbt.dateadd('month', -12, 'quota_periods.period_start') }}

    where currencies.currency <> settings.corporate_currency and plan_rates.rate_date is null

)

select * from final
