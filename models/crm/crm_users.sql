with

users as (

    select * from {{ ref('stg_crm__users') }}

    where reject_reason is null

),

final as (

    select
        user_id,
        region_id,
        full_name,
        email,
        role,
        termination_type,
        time_zone,
        country,
        fte,
        is_quota_carrying,
        is_regretted,
        is_active,
        hire_date,
        termination_date,
        updated_at

    from users

)

select * from final
