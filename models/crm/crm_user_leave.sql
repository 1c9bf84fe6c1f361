with

user_leave as (

    select * from {{ ref('stg_crm__user_leave') }}

    where reject_reason is null

),

final as (

    select
        user_id,
        leave_type,
        start_date,
        end_date

    from user_leave

)

select * from final
