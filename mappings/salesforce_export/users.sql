with

people as (

    select * from "user"

),

final as (

    select
        Id as user_id,
        Title as role,
        IsActive as is_active,
        LastModifiedDate as updated_at

    from people

)

select * from final
