with

invoices as (

    select * from {{ ref('crm_invoices') }}

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

rates as (

    select * from {{ ref('dim_exchange_rates') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

counted as (

    {{ counted_money('invoices', 'invoice_date') | indent(4) }}

),

final as (

    select
        counted.invoice_id,
        {{ of_deal_or_company('counted') | indent(8) }},
        counted.order_id,
        counted.invoice_type,
        counted.invoice_type = 'invoice' as is_order,
        counted.currency,
        counted.amount,
        {{ multiply_money('counted.amount', 'rates.spot_rate') }} as amount_corporate,
        rates.spot_rate,
        counted.invoice_date

    from counted

    left join won_deals
        on counted.opportunity_id = won_deals.opportunity_id

    left join crm_accounts as accounts
        on counted.customer_id = accounts.account_id

    left join rates
        on counted.currency = rates.currency and counted.invoice_date = rates.date_day

)

select * from final
