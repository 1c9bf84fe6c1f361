with

invoice_lines as (

    select * from {{ ref('fct_invoice_lines') }}

),

invoices as (

    select * from {{ ref('fct_invoices') }}

),

by_member as (

    select
        invoice_id,
        case when grouping(product_id) = 0 then 'product' else 'product_family' end as dimension,
        case when grouping(product_id) = 0 then product_id else product_family_id end
            as dimension_id,
        coalesce(sum(amount_corporate), 0) as amount

    from invoice_lines

    group by grouping sets ((invoice_id, product_id), (invoice_id, product_family_id))

),

-- Of an invoice over nothing every product has an equal part.
final as (

    select
        by_member.invoice_id,
        by_member.dimension,
        by_member.dimension_id,
        {{ round_to_decimal(
            'coalesce('
            ~ 'cast(by_member.amount as double) / cast(nullif(invoices.amount_corporate, 0) as double),'
            ~ ' 1.0 / count(*) over (partition by by_member.invoice_id, by_member.dimension))',
            18,
            8,
        ) }} as amount_share,
        1 as deal_count

    from by_member

    inner join invoices
        on by_member.invoice_id = invoices.invoice_id

)

select * from final
