with

measured as (

    {{ measured(
        ref('fct_sold_lines'),
        date='closed_date',
        attributes=deal_slices() + ['product', 'product_family'],
        counts=['listed_lines'],
        amounts=['list_amount', 'discount_amount'],
    ) }}

),

final as (

    select
        *,
        cast(discount_amount as double) / cast(nullif(list_amount, 0) as double)
            as average_discount_pct

    from measured

)

select * from final
