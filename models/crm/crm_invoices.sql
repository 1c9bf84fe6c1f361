with

invoices as (

    select * from {{ ref('stg_crm__invoices') }}

    where reject_reason is null

),

parameters as (

    select * from {{ ref('crm_parameters') }}

),

final as (

    select
        invoices.invoice_id,
        invoices.account_id,
        invoices.opportunity_id,
        invoices.order_id,
        invoices.invoice_type,
        coalesce(invoices.currency, parameters.corporate_currency) as currency,
        invoices.amount,
        invoices.tax_amount,
        invoices.is_deleted,
        invoices.invoice_date,
        invoices.updated_at

    from invoices

    cross join parameters

)

select * from final
