-- The sales person behind each employee key. A person has a key for each version of his record;
-- the national id is the same in all, the login decides where an id is not known.
with

keys as (

    select
        employee_key,
        national_id,
        login

    from dimemployee

),

people as (

    select
        person_id,
        national_id,
        login

    from employee

)

select
    keys.employee_key,
    coalesce(by_national_id.person_id, by_login.person_id) as person_id

from keys
left join people as by_national_id on keys.national_id = by_national_id.national_id
left join people as by_login on keys.login = by_login.login
