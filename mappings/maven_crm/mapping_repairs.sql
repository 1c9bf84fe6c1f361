with

deals as (

    select * from _deals

),

final as (

    select
        'opportunity_line_items' as table_name,
        'product_id' as column_name,
        opportunity_id as record_id,
        product_written as written,
        product as corrected

    from deals

    where product <> product_written

    union all

    select
        'opportunities' as table_name,
        'amount' as column_name,
        opportunity_id as record_id,
        amount_written as written,
        amount as corrected

    from deals

    where amount is distinct from amount_written

)

select * from final
