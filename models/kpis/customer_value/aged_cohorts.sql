with

coverage as (

    select * from {{ ref('dim_input_coverage') }}

    where table_name = 'revenue_events'

),

ends as (

    select distinct measured_date from {{ ref('dim_periods') }}

    where is_started and period_grain not in ('day', 'week')

),

margins as (

    select * from {{ ref('customer_margins') }}

),

test_accounts as (

    select * from {{ ref('dim_accounts') }}

    where is_test

),

cohorts as (

    select * from {{ ref('crm_customer_cohorts') }}

),

-- Of a customer who is older than the books nobody knows what it has brought.
customers as (

    select
        cohorts.account_id,
        cohorts.cohort_id,
        cast({{ dbt.date_trunc('month', 'cohorts.customer_from') }} as date) as cohort_month,
        cohorts.customer_from

    from cohorts

    cross join coverage

    left join test_accounts
        on cohorts.account_id = test_accounts.account_id

    where cohorts.customer_from >= coverage.covered_from and test_accounts.account_id is null

),

final as (

    select
        ends.measured_date,
        customers.cohort_id,
        cast(
            {{ dbt.datediff('min(customers.cohort_month)', '(ends.measured_date - 1)', 'month') }}
            as bigint
        ) as age_months,
        count(distinct customers.account_id) as customers,
        cast(coalesce(sum(margins.gross_profit), 0) as decimal(38, 4)) as gross_profit

    from ends

    inner join customers
        on ends.measured_date > customers.customer_from

    left join margins
        on
            customers.account_id = margins.account_id
            and customers.customer_from <= margins.recognized_date
            and ends.measured_date > margins.recognized_date

    group by ends.measured_date, customers.cohort_id

)

select * from final
