with

subscriptions as (

    select * from {{ ref('stg_crm__subscriptions') }}

    where reject_reason is null

),

final as (

    select
        subscription_id,
        line_id,
        account_id,
        product_id,
        opportunity_id,
        currency,
        status,
        mrr,
        valid_from,
        valid_to,
        renewal_date,
        updated_at

    from subscriptions

)

select * from final
