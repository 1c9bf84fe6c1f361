with

predictions as (

    select * from {{ ref('crm_clv_predictions') }}

),

settings as (

    select * from {{ ref('dim_settings') }}

),

crm_accounts as (

    select * from {{ ref('crm_accounts') }}

),

dated as (

    select
        predictions.*,
        coalesce(crm_accounts.surviving_account_id, predictions.account_id) as customer_id,
        {{ to_business_date('predictions.made_at', 'settings.reporting_tz') }} as valid_from

    from predictions

    cross join settings

    left join crm_accounts
        on predictions.account_id = crm_accounts.account_id

    where not coalesce(crm_accounts.is_test, false)

),

final as (

    select
        customer_id,
        account_id,
        model_version,
        expected_value,
        made_at,
        valid_from,
        valid_from + horizon_days as valid_to

    from dated

)

select * from final
