-- Sales people belong to the team of their territory, with its history; where the history ends
-- while the person goes on selling, to that of the territory on his own record from then on.
-- Managers, who have no territory but sell as well, belong to the team they lead.
with

history as (

    select
        person_id,
        territory_id,
        date_trunc('month', cast(start_date as timestamp) + interval 2 day)
        + interval 73 month as valid_from,
        date_trunc('month', cast(end_date as timestamp) + interval 3 day)
        + interval 73 month as valid_to

    from salesterritoryhistory

),

after_history as (

    select
        salesperson.person_id,
        salesperson.territory_id,
        max(history.valid_to) as valid_from,
        null as valid_to

    from salesperson
    inner join history on salesperson.person_id = history.person_id
    group by salesperson.person_id, salesperson.territory_id
    having count(*) = count(history.valid_to)

),

held as (

    select * from history
    union all
    select * from after_history

),

sellers as (

    select
        held.person_id as user_id,
        territories.territory_name as team_id,
        held.valid_from,
        held.valid_to

    from held
    inner join salesterritory as territories on held.territory_id = territories.territory_id

),

managers as (

    select
        employee.person_id as user_id,
        case
            when employee.title like 'North American%' then 'North America'
            when employee.title like 'European%' then 'Europe'
            when employee.title like 'Pacific%' then 'Pacific'
        end as team_id,
        null as valid_from,
        null as valid_to

    from salesperson
    inner join employee on salesperson.person_id = employee.person_id
    where salesperson.person_id not in (select sellers.user_id from sellers)

),

final as (

    select * from sellers
    union all
    select * from managers

)

select
    *,
    true as is_primary

from final
