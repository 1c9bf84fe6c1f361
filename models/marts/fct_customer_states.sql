with

subscriptions as (

    select * from {{ ref('crm_customer_subscriptions') }}

),

purchases as (

    select * from {{ ref('crm_customer_purchases') }}

),

windows as (

    select * from {{ ref('dim_retention_windows') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

state_dates as (

    select window_start as state_date from windows

    union

    select window_end as state_date from windows

),

-- A pending renewal keeps the customer, not the revenue.
held as (

    select
        subscriptions.*,
        case
            when subscriptions.status = 'pending_renewal'
                then subscriptions.valid_to + settings.renewal_grace_days
            else subscriptions.valid_to
        end as held_to

    from subscriptions

    cross join settings

),

subscribed as (

    select
        state_dates.state_date,
        held.account_id,
        held.product_id,
        held.product_family_id,
        held.currency,
        case when state_dates.state_date < {{ open_end('held.valid_to') }} then held.mrr else 0 end
            as mrr

    from state_dates

    inner join held
        on
            state_dates.state_date >= held.valid_from
            and state_dates.state_date < {{ open_end('held.held_to') }}

),

-- Where a site delivers no subscriptions, a recent purchase makes a customer.
purchased as (

    select distinct
        state_dates.state_date,
        purchases.account_id,
        purchases.product_id,
        purchases.product_family_id,
        settings.corporate_currency as currency,
        cast(null as decimal(18, 4)) as mrr

    from state_dates

    cross join settings

    inner join purchases
        on
            state_dates.state_date > purchases.closed_date
            and state_dates.state_date <= purchases.closed_date + settings.active_customer_days

),

final as (

    select
        state_date,
        account_id,
        product_id,
        product_family_id,
        currency,
        try_cast(sum(mrr) as decimal(18, 4)) as mrr

    from subscribed

    group by state_date, account_id, product_id, product_family_id, currency

    union all

    select
        state_date,
        account_id,
        product_id,
        product_family_id,
        currency,
        mrr

    from purchased

)

select * from final
