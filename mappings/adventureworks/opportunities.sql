-- One won deal per order.
with

orders as (

    select
        order_number,
        any_value(order_date) as order_date,
        any_value(reseller_key) as reseller_key,
        any_value(employee_key) as employee_key,
        any_value(territory_id) as territory_id,
        sum(cast(net_amount as decimal(18, 4))) as amount

    from _order_lines
    group by order_number

),

final as (

    select
        orders.order_number as opportunity_id,
        orders.reseller_key as account_id,
        'Won' as stage,
        -- a key without a person stays recognisable, so that its sales can be found
        coalesce(sellers.person_id, 'employee key ' || orders.employee_key) as owner_id,
        orders.order_date as created_date,
        orders.order_date as closed_date,
        orders.amount,
        territories.territory_name as region_id

    from orders
    left join _sellers as sellers on orders.employee_key = sellers.employee_key
    left join salesterritory as territories on orders.territory_id = territories.territory_id

)

select * from final
