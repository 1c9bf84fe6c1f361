-- The representatives who win deals, and those who only prepare them.
with

people as (

    select
        sr_id as user_id,
        'sales representative' as role

    from _deals

    union all

    select
        sdr_id as user_id,
        'sales development representative' as role

    from _deals

)

select
    user_id,
    max(role) as role

from people
group by user_id
