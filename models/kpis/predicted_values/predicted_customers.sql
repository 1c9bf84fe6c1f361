with

predictions as (

    select * from {{ ref('crm_clv_predictions') }}

),

settings as (

    select * from {{ ref('dim_settings') }}

),

ends as (

    select distinct measured_date from {{ ref('dim_periods') }}

    where is_started and period_grain not in ('day', 'week')

),

crm_accounts as (

    select * from {{ ref('crm_accounts') }}

),

accounts as (

    select * from {{ ref('dim_accounts') }}

),

cohorts as (

    select * from {{ ref('crm_customer_cohorts') }}

),

dated as (

    select
        predictions.*,
        coalesce(crm_accounts.surviving_account_id, predictions.account_id) as customer_id,
        {{ to_business_date('predictions.made_at', 'settings.reporting_tz') }} as made_date

    from predictions

    cross join settings

    left join crm_accounts
        on predictions.account_id = crm_accounts.account_id

    where not coalesce(crm_accounts.is_test, false)

),

-- The newest prediction holds until the days that it looked ahead are over.
ranked as (

    select
        ends.measured_date,
        dated.customer_id,
        dated.expected_purchases,
        dated.expected_value,
        row_number() over (
            partition by ends.measured_date, dated.customer_id
            order by dated.made_at desc, dated.model_version desc, dated.account_id asc
        ) as prediction_number

    from ends

    inner join dated
        on
            ends.measured_date >= dated.made_date
            and ends.measured_date < dated.made_date + dated.horizon_days

),

final as (

    select
        ranked.measured_date,
        ranked.customer_id,
        '-1' as team_id,
        coalesce(accounts.segment_id, '-1') as segment_id,
        coalesce(cohorts.lead_source_id, '-1') as lead_source_id,
        coalesce(cohorts.cohort_id, '-1') as cohort_id,
        1 as predicted_customers,
        ranked.expected_value

    from ranked

    left join accounts
        on ranked.customer_id = accounts.account_id

    left join cohorts
        on ranked.customer_id = cohorts.account_id

    where ranked.prediction_number = 1 and ranked.expected_value is not null

)

select * from final
