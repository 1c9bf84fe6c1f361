with

revenue_events as (

    select * from {{ ref('crm_revenue_events') }}

    where not is_deleted

),

crm_accounts as (

    select * from {{ ref('crm_accounts') }}

),

excluded_deals as (

    select * from {{ ref('crm_opportunities') }}

    where is_excluded

),

won_deals as (

    select * from {{ ref('fct_opportunities') }}

    where is_won and closed_date is not null

),

products as (

    select * from {{ ref('dim_products') }}

),

rates as (

    select * from {{ ref('dim_exchange_rates') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

counted as (

    {{ counted_money('revenue_events', 'recognized_date') | indent(4) }}

),

-- Revenue is sliced by the won deal that led to it, and by its company where the deal is silent.
final as (

    select
        counted.revenue_id,
        {{ of_deal_or_company('counted') | indent(8) }},
        coalesce(products.product_id, '-1') as product_id,
        coalesce(products.product_family_id, '-1') as product_family_id,
        counted.event_type,
        -- What is released from the balance sheet was recognised when it was earned.
        counted.event_type in ('recognized', 'credit') as is_revenue,
        counted.currency,
        counted.amount,
        {{ multiply_money('counted.amount', 'rates.spot_rate') }} as amount_corporate,
        {{ multiply_money('counted.cogs_amount', 'rates.spot_rate') }} as cogs_corporate,
        {{ multiply_money('counted.amount', 'rates.plan_rate') }} as amount_plan,
        {{ multiply_money('counted.amount', 'earlier_rates.plan_rate') }} as amount_earlier_plan,
        counted.recognized_date

    from counted

    left join won_deals
        on counted.opportunity_id = won_deals.opportunity_id

    left join crm_accounts as accounts
        on counted.customer_id = accounts.account_id

    left join products
        on counted.product_id = products.product_id

    left join rates
        on counted.currency = rates.currency and counted.recognized_date = rates.date_day

    left join rates as earlier_rates
        on
            counted.currency = earlier_rates.currency
            and cast({{ dbt.dateadd('month', -12, 'counted.recognized_date') }} as date)
            = earlier_rates.date_day

)

select * from final
