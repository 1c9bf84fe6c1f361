with

people as (

    select * from user

),

final as (

    select
        id as user_id,
        title as role,
        isactive as is_active,
        lastmodifieddate as updated_at

    from people

)

select * from final
