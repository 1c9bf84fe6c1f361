with

user_leave as (

    select * from {{ ref('stg_crm__user_leave') }}

    where reject_reason is null

),

settings as (

    select * from {{ ref('crm_settings') }}

),

final as (

    select
        user_leave.user_id,
        user_leave.leave_type,
        {{ days_between('user_leave.start_date', open_end('user_leave.end_date')) }}
        > settings.long_leave_days as is_long,
        user_leave.start_date,
        user_leave.end_date

    from user_leave

    cross join settings

)

select * from final
