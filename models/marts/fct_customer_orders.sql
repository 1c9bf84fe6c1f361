with

invoices as (

    select * from {{ ref('fct_invoices') }}

    where is_order and account_id <> '-1' and amount_corporate > 0

),

settings as (

    select * from {{ ref('crm_settings') }}

),

-- What is bought on one day is bought once.
purchases as (

    select
        account_id,
        invoice_date,
        sum(amount_corporate) as amount_corporate,
        min(invoice_date) over (partition by account_id) as first_date

    from invoices

    group by account_id, invoice_date

),

final as (

    select
        purchases.account_id,
        cast(count(*) - 1 as bigint) as repeat_days,
        {{ days_between('min(purchases.invoice_date)', 'max(purchases.invoice_date)') }}
            as recency_days,
        {{ days_between('min(purchases.invoice_date)', 'max(settings.as_of_date)') }} as age_days,
        cast(
            avg(
                case
                    when purchases.invoice_date > purchases.first_date
                        then cast(purchases.amount_corporate as double)
                end
            ) as double
        ) as mean_repeat_amount,
        min(purchases.invoice_date) as first_date,
        max(purchases.invoice_date) as last_date

    from purchases

    cross join settings

    group by purchases.account_id

)

select * from final
