with

invoices as (

    select * from {{ ref('fct_invoices') }}

    where invoice_type in ('invoice', 'credit_note')

),

final as (

    select
        invoice_id,
        owner_id,
        team_id,
        region_id,
        segment_id,
        campaign_id,
        invoice_date,
        case when is_order and amount_corporate is not null then 1 else 0 end as orders,
        case when is_order then amount_corporate end as order_amount,
        amount_corporate as net_amount

    from invoices

)

select * from final
