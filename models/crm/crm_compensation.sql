with

compensation as (

    select * from {{ ref('stg_crm__compensation') }}

    where reject_reason is null

),

final as (

    select
        user_id,
        plan_id,
        component,
        currency,
        amount,
        period_start

    from compensation

)

select * from final
