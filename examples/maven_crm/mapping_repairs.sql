with

deals as (

    select * from _deals

),

companies as (

    select * from accounts

),

corrected_spelling (column_name, written, corrected) as (

    values
    ('industry', 'technolgy', 'technology'),
    ('region_id', 'Philipines', 'Philippines')

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

    select 'opportunities', 'amount', opportunity_id, amount_written, amount
    from deals
    where amount is distinct from amount_written

    union all

    select
        'accounts', corrected_spelling.column_name, companies.account,
        corrected_spelling.written, corrected_spelling.corrected
    from companies
    inner join corrected_spelling
        on
            corrected_spelling.written
            = case corrected_spelling.column_name
                when 'industry' then companies.sector
                else companies.office_location
            end

)

select * from final
