with

companies as (

    select * from accounts

),

corrected_spelling (written, corrected) as (

    values
    ('technolgy', 'technology'),
    ('Philipines', 'Philippines')

),

final as (

    select
        companies.account as account_id,
        companies.account as account_name,
        companies.subsidiary_of as parent_account_id,
        coalesce(countries.corrected, companies.office_location) as region_id,
        coalesce(industries.corrected, companies.sector) as industry,
        companies.employees as employee_count,
        -- the file has millions
        cast(companies.revenue as decimal(18, 4)) * 1000000 as annual_revenue

    from companies
    left join corrected_spelling as countries on companies.office_location = countries.written
    left join corrected_spelling as industries on companies.sector = industries.written

)

select * from final
