-- Purchases stand in for subscriptions only where a site delivers none at all.
with

outcomes as (

    select * from {{ ref('crm_opportunity_outcomes') }}

    where is_won and closed_date is not null

),

attributes as (

    select * from {{ ref('crm_opportunity_attributes') }}

    where account_id <> '-1' and opportunity_type not in ('credit', 'contraction')

),

opportunity_products as (

    select * from {{ ref('crm_opportunity_products') }}

),

subscriptions as (

    select count(*) as subscription_count from {{ ref('crm_subscriptions') }}

),

final as (

    select
        outcomes.opportunity_id,
        attributes.account_id,
        opportunity_products.product_id,
        opportunity_products.product_family_id,
        outcomes.closed_date

    from outcomes

    cross join subscriptions

    inner join attributes
        on outcomes.opportunity_id = attributes.opportunity_id

    inner join opportunity_products
        on outcomes.opportunity_id = opportunity_products.opportunity_id

    where subscriptions.subscription_count = 0

)

select * from final
