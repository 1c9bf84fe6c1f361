with

clv_predictions as (

    select * from {{ ref('stg_crm__clv_predictions') }}

    where reject_reason is null

),

final as (

    select
        account_id,
        model_version,
        horizon_days,
        expected_purchases,
        expected_value,
        made_at

    from clv_predictions

)

select * from final
