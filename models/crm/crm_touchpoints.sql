with

touchpoints as (

    select * from {{ ref('stg_crm__touchpoints') }}

    where reject_reason is null

),

final as (

    select
        touch_id,
        person_id,
        account_id,
        campaign_id,
        opportunity_id,
        channel,
        occurred_at

    from touchpoints

)

select * from final
