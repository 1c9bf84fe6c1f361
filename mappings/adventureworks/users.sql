-- The sales people and the head of sales. The region is the territory held last in the history,
-- which the orders bear out; the territory on the person's own record does not follow it.
with

names as (

    select
        sellers.person_id,
        any_value(keys.first_name || ' ' || keys.last_name) as full_name

    from dimemployee as keys
    inner join _sellers as sellers on keys.employee_key = sellers.employee_key
    group by sellers.person_id

),

current_territories as (

    select
        person_id,
        territory_id

    from salesterritoryhistory
    where end_date is null

),

sales_people as (

    select
        salesperson.person_id,
        coalesce(current_territories.territory_id, salesperson.territory_id) as territory_id

    from salesperson
    left join current_territories on salesperson.person_id = current_territories.person_id

),

quota_carriers as (

    select distinct person_id from salespersonquotahistory

),

final as (

    select
        employee.person_id as user_id,
        names.full_name,
        employee.title as role,
        quota_carriers.person_id is not null as is_quota_carrying,
        date_trunc('month', cast(employee.hire_date as date) + interval 2 day)
        + interval 73 month as hire_date,
        territories.territory_name as region_id

    from employee
    left join names on employee.person_id = names.person_id
    left join sales_people on employee.person_id = sales_people.person_id
    left join salesterritory as territories
        on sales_people.territory_id = territories.territory_id
    left join quota_carriers on employee.person_id = quota_carriers.person_id

    where sales_people.person_id is not null or employee.title = 'Vice President of Sales'

)

select * from final
