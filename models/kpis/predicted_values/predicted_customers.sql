with

predictions as (

    select * from {{ ref('customer_predictions') }}

),

ends as (

    select distinct measured_date from {{ ref('dim_periods') }}

    where is_started and period_grain not in ('day', 'week')

),

accounts as (

    select * from {{ ref('dim_accounts') }}

),

cohorts as (

    select * from {{ ref('crm_customer_cohorts') }}

),

-- The newest prediction holds until the days that it looked ahead are over.
ranked as (

    select
        ends.measured_date,
        predictions.customer_id,
        predictions.expected_value,
        row_number() over (
            partition by ends.measured_date, predictions.customer_id
            order by
                predictions.made_at desc,
                predictions.model_version desc,
                predictions.account_id asc
        ) as prediction_number

    from ends

    inner join predictions
        on
            ends.measured_date >= predictions.valid_from
            and ends.measured_date < predictions.valid_to

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
