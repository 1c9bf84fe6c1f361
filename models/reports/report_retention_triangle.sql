-- Of the customers who came in a month, how many are there and what do they pay, month after month.
with

customers as (

    select * from {{ ref('fct_cohort_customers') }}

),

cells as (

    select
        first_date,
        state_date,
        count(*) as customers,
        sum(mrr_plan) as mrr,
        sum(capped_mrr_plan) as capped_mrr

    from customers

    group by first_date, state_date

),

cohorts as (

    select * from cells where first_date = state_date

),

months as (

    select distinct state_date from cells

),

-- A month after which nobody is left is known; one that has not ended has no cell.
filled as (

    select
        cohorts.first_date,
        months.state_date,
        cohorts.customers as cohort_customers,
        cohorts.mrr as cohort_mrr,
        coalesce(cells.customers, 0) as customers,
        cast(case when cells.first_date is null then 0 else cells.mrr end as decimal(38, 4))
            as mrr,
        cast(
            case when cells.first_date is null then 0 else cells.capped_mrr end as decimal(38, 4)
        ) as capped_mrr

    from cohorts

    inner join months
        on cohorts.first_date <= months.state_date

    left join cells
        on cohorts.first_date = cells.first_date and months.state_date = cells.state_date

),

final as (

    select
        cast({{ dbt.dateadd('month', -1, 'first_date') }} as date) as cohort_month,
        cast({{ dbt.datediff('first_date', 'state_date', 'month') }} as bigint) as age_months,
        cast({{ dbt.dateadd('month', -1, 'state_date') }} as date) as month_start,
        cohort_customers,
        customers,
        cast(cohort_mrr as decimal(38, 4)) as cohort_mrr,
        mrr,
        capped_mrr,
        customers / cast(cohort_customers as double) as customer_retention,
        cast(mrr as double) / cast(nullif(cohort_mrr, 0) as double) as net_revenue_retention,
        cast(capped_mrr as double) / cast(nullif(cohort_mrr, 0) as double)
            as gross_revenue_retention

    from filled

)

select * from final
