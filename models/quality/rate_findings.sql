with

subscriptions as (

    select * from {{ ref('crm_subscriptions') }}

),

spot_rates as (

    select * from {{ ref('crm_exchange_rates') }}

    where rate_type = 'spot'

),

settings as (

    select * from {{ ref('crm_settings') }}

),

first_rates as (

    select
        currency,
        min(rate_date) as first_rate_date

    from spot_rates

    group by currency

),

final as (

    select
        'missing_exchange_rate' as finding,
        'subscriptions' as table_name,
        'currency' as column_name,
        subscriptions.subscription_id as record_id,
        subscriptions.mrr as amount_at_stake

    from subscriptions

    cross join settings

    left join first_rates
        on subscriptions.currency = first_rates.currency

    where
        subscriptions.currency <> settings.corporate_currency
        and coalesce(subscriptions.valid_from < first_rates.first_rate_date, true)

)

select * from final
