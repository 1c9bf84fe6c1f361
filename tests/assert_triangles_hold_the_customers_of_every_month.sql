-- The first column is whole, gross retention is at most one and at most net retention, and the
-- customers of all cohorts at the end of a month are those of retention on the next day, but for
-- those of the first day that is known.
with

triangle as (

    select * from {{ ref('report_retention_triangle') }}

),

states as (

    select distinct
        state_date,
        account_id

    from {{ ref('fct_customer_states') }}

),

first_day as (

    select min(state_date) as state_date from states

    where state_date = cast({{ dbt.date_trunc('month', 'state_date') }} as date)

),

old_customers as (

    select states.account_id

    from states

    inner join first_day
        on states.state_date = first_day.state_date

),

counted as (

    select
        states.state_date,
        count(*) as customers

    from states

    left join old_customers
        on states.account_id = old_customers.account_id

    where old_customers.account_id is null

    group by states.state_date

),

summed as (

    select
        month_start,
        sum(customers) as customers

    from triangle

    group by month_start

)

select
    'a cell' as what,
    cohort_month,
    age_months

from triangle

where
    (age_months = 0 and (customers <> cohort_customers or net_revenue_retention <> 1))
    or gross_revenue_retention > 1
    or gross_revenue_retention > net_revenue_retention

union all

select
    'a month' as what,
    summed.month_start as cohort_month,
    cast(null as bigint) as age_months

from summed

inner join counted
    on cast({{ dbt.dateadd('month', 1, 'summed.month_start') }} as date) = counted.state_date

where summed.customers <> counted.customers
