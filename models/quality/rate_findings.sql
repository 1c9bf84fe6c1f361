{#- Tables of money, with what names a row, its amount and the day whose rate it takes. -#}
{%- set tables = [
    ('expenses', 'expense_id', 'amount', 'expense_date'),
    ('invoices', 'invoice_id', 'amount', 'invoice_date'),
    ('revenue_events', 'revenue_id', 'amount', 'recognized_date'),
    ('subscriptions', 'subscription_id', 'mrr', 'valid_from'),
] -%}

with

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

records as (

    {% for table_name, record_id, amount, rate_date in tables -%}
    select
        '{{ table_name }}' as table_name,
        {{ record_id }} as record_id,
        currency,
        {{ amount }} as amount,
        {{ rate_date }} as rate_date

    from {{ ref('crm_' ~ table_name) }}
    {% if not loop.last %}
    union all

    {% endif %}
    {%- endfor %}
),

final as (

    select
        'missing_exchange_rate' as finding,
        records.table_name,
        'currency' as column_name,
        records.record_id,
        records.amount as amount_at_stake

    from records

    cross join settings

    left join first_rates
        on records.currency = first_rates.currency

    where
        records.currency <> settings.corporate_currency
        and coalesce(records.rate_date < first_rates.first_rate_date, true)

)

select * from final
