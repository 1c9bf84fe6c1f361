-- Every seller, with or without deals, and the managers who lead them.
with

sellers as (

    select
        sales_agent as user_id,
        'seller' as role,
        true as is_quota_carrying,
        regional_office as region_id

    from sales_teams

),

managers as (

    select distinct
        manager as user_id,
        'manager' as role,
        false as is_quota_carrying,
        regional_office as region_id

    from sales_teams

),

everyone as (

    select * from sellers
    union all
    select * from managers

)

select
    user_id,
    user_id as full_name,
    role,
    is_quota_carrying,
    region_id

from everyone
