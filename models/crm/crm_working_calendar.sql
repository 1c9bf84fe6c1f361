with

working_calendar as (

    select * from {{ ref('stg_crm__working_calendar') }}

    where reject_reason is null

),

final as (

    select
        country,
        is_business_day,
        calendar_date

    from working_calendar

)

select * from final
