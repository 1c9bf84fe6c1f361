with

subscriptions as (

    select * from {{ ref('crm_customer_subscriptions') }}

),

purchases as (

    select * from {{ ref('crm_customer_purchases') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

-- A purchase counts from the day after it, as the state of a day holds what came before midnight.
final as (

    select
        account_id,
        product_id,
        product_family_id,
        currency,
        mrr,
        valid_from,
        valid_to,
        held_to

    from subscriptions

    union all

    select distinct
        purchases.account_id,
        purchases.product_id,
        purchases.product_family_id,
        settings.corporate_currency,
        cast(null as decimal(18, 4)) as mrr,
        purchases.closed_date + 1 as valid_from,
        cast(null as date) as valid_to,
        cast(
            {{ dbt.dateadd('month', 'settings.active_customer_months', 'purchases.closed_date') }}
            as date
        ) + 1 as held_to

    from purchases

    cross join settings

)

select * from final
