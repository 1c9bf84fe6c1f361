with

subscriptions as (

    select * from {{ ref('crm_subscriptions') }}

),

accounts as (

    select * from {{ ref('crm_accounts') }}

),

products as (

    select * from {{ ref('crm_products') }}

),

parameters as (

    select * from {{ ref('crm_parameters') }}

),

final as (

    select
        subscriptions.subscription_id,
        coalesce(accounts.surviving_account_id, subscriptions.account_id) as account_id,
        coalesce(subscriptions.product_id, '-1') as product_id,
        coalesce(products.product_family_id, '-1') as product_family_id,
        coalesce(subscriptions.currency, parameters.corporate_currency) as currency,
        subscriptions.mrr,
        subscriptions.status,
        subscriptions.valid_from,
        subscriptions.valid_to

    from subscriptions

    cross join parameters

    left join accounts
        on subscriptions.account_id = accounts.account_id

    left join products
        on subscriptions.product_id = products.product_id

    where not coalesce(accounts.is_test, false)

)

select * from final
