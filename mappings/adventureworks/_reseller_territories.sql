-- The territory of a reseller is that of his orders; without orders that of the other resellers of
-- his state, else of his country, where they have only one.
with

from_orders as (

    select
        reseller_key,
        max_by(territory_id, (order_date, order_number)) as territory_id

    from _order_lines
    group by reseller_key

),

known as (

    select
        resellers.stateprovincename as state,
        resellers.country_region as country,
        from_orders.territory_id

    from resellers
    inner join from_orders on resellers.resellerkey = from_orders.reseller_key

),

by_state as (

    select
        country,
        state,
        min(territory_id) as territory_id

    from known
    group by country, state
    having count(distinct territory_id) = 1

),

by_country as (

    select
        country,
        min(territory_id) as territory_id

    from known
    group by country
    having count(distinct territory_id) = 1

)

select
    resellers.resellerkey as reseller_key,
    coalesce(
        from_orders.territory_id, by_state.territory_id, by_country.territory_id
    ) as territory_id

from resellers
left join from_orders on resellers.resellerkey = from_orders.reseller_key
left join by_state
    on resellers.country_region = by_state.country and resellers.stateprovincename = by_state.state
left join by_country on resellers.country_region = by_country.country
