with

marketing_spend as (

    select * from {{ ref('stg_crm__marketing_spend') }}

    where reject_reason is null

),

final as (

    select
        spend_id,
        campaign_id,
        channel,
        currency,
        amount,
        is_paid_media,
        spend_date

    from marketing_spend

)

select * from final
