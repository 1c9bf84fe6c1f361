with

invoice_lines as (

    select * from {{ ref('stg_crm__invoice_lines') }}

    where reject_reason is null

),

final as (

    select
        line_id,
        invoice_id,
        product_id,
        quantity,
        net_amount,
        cost_amount

    from invoice_lines

)

select * from final
