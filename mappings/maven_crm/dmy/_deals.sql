-- The deals with product names as the price list writes them (GTXPro is GTX Pro) and ISO dates.
-- A date that cannot be read stays as it is, so that the warehouse shows it as rejected.
with

deals as (

    select * from variant_dmy_dates__sales_pipeline

),

price_list as (

    select
        product,
        lower(replace(product, ' ', '')) as product_key

    from products

),

final as (

    select
        deals.opportunity_id,
        deals.sales_agent,
        deals.account,
        coalesce(price_list.product, deals.product) as product,
        deals.product as product_written,
        deals.close_value as amount_written,
        deals.deal_stage,
        coalesce(
            strftime(try_strptime(deals.engage_date, '%d-%m-%Y'), '%Y-%m-%d'),
            deals.engage_date
        ) as engage_date,
        coalesce(
            strftime(try_strptime(deals.close_date, '%d-%m-%Y'), '%Y-%m-%d'),
            deals.close_date
        ) as close_date,
        -- a lost deal has 0 where its value was not recorded
        case
            when deals.deal_stage = 'Lost' then nullif(deals.close_value, '0')
            else deals.close_value
        end as amount

    from deals
    left join price_list on lower(replace(deals.product, ' ', '')) = price_list.product_key

)

select * from final
