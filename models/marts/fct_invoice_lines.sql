with

invoices as (

    select * from {{ ref('fct_invoices') }}

),

invoice_lines as (

    select * from {{ ref('crm_invoice_lines') }}

),

products as (

    select * from {{ ref('dim_products') }}

),

line_totals as (

    select
        invoice_id,
        sum(net_amount) as line_amount

    from invoice_lines

    group by invoice_id

),

-- What the lines leave of an invoice, all of it where there are none, belongs to no product.
lines as (

    select
        invoice_lines.line_id,
        invoice_lines.invoice_id,
        coalesce(products.product_id, '-1') as product_id,
        coalesce(products.product_family_id, '-1') as product_family_id,
        invoice_lines.quantity,
        invoice_lines.net_amount

    from invoice_lines

    left join products
        on invoice_lines.product_id = products.product_id

    union all

    select
        'rest of ' || invoices.invoice_id as line_id,
        invoices.invoice_id,
        'unallocated' as product_id,
        'unallocated' as product_family_id,
        cast(null as decimal(18, 4)) as quantity,
        invoices.amount - coalesce(line_totals.line_amount, 0) as net_amount

    from invoices

    left join line_totals
        on invoices.invoice_id = line_totals.invoice_id

    where
        line_totals.invoice_id is null
        or abs(invoices.amount - coalesce(line_totals.line_amount, 0)) > 0.01

),

final as (

    select
        lines.line_id,
        lines.invoice_id,
        lines.product_id,
        lines.product_family_id,
        invoices.opportunity_id,
        invoices.account_id,
        invoices.owner_id,
        invoices.team_id,
        invoices.region_id,
        invoices.segment_id,
        invoices.lead_source_id,
        invoices.pipeline_id,
        invoices.opportunity_type,
        invoices.campaign_id,
        invoices.is_order,
        lines.quantity,
        {{ multiply_money('lines.net_amount', 'invoices.spot_rate') }} as amount_corporate,
        invoices.invoice_date

    from lines

    inner join invoices
        on lines.invoice_id = invoices.invoice_id

)

select * from final
