-- The lines of all orders. The last month comes in a file of its own; should an order of it be in
-- the large file too, the large file holds.
with

large_file as (

    select
        salesordernumber as order_number,
        orderdate as order_date,
        productkey as product_key,
        resellerkey as reseller_key,
        employeekey as employee_key,
        salesterritorykey as territory_id,
        orderquantity as quantity,
        unitprice as unit_price,
        coalesce(
            cast(totalproductcost as decimal(18, 4)) / cast(orderquantity as decimal(18, 4)),
            cast(standardcost as double)
        ) as unit_cost,
        salesamount as net_amount

    from factresellersales

),

last_month as (

    select
        salesordernumber as order_number,
        orderdate as order_date,
        productkey as product_key,
        resellerkey as reseller_key,
        employeekey as employee_key,
        salesterritorykey as territory_id,
        orderquantity as quantity,
        unitprice as unit_price,
        cast(totalproductcost as decimal(18, 4))
        / cast(orderquantity as decimal(18, 4)) as unit_cost,
        salesamount as net_amount

    from utf8_resellersales_202006

),

all_lines as (

    select * from large_file
    union all
    select * from last_month
    where last_month.order_number not in (select large_file.order_number from large_file)

)

select
    * replace (round(unit_cost, 4) as unit_cost),
    order_number || '-' || product_key || '-' || row_number() over (
        partition by order_number, product_key
        order by net_amount, quantity, unit_price
    ) as line_id

from all_lines
