{%- set bridge = {'bridge_members': ref('bridge_invoice_members'), 'member_key': 'invoice_id'} -%}
with

measured as (

    {{ measured(
        ref('billed_invoices'),
        date='invoice_date',
        attributes=['rep', 'region', 'segment', 'campaign'],
        members=['product', 'product_family'],
        counts=['orders'],
        amounts=['order_amount', 'net_amount'],
        relations=bridge,
    ) }}

),

final as (

    select
        *,
        cast(order_amount as double) / cast(nullif(orders, 0) as double) as average_ticket_price,
        cast(net_amount as double) / cast(nullif(orders, 0) as double)
            as net_average_ticket_price

    from measured

)

select * from final
