with

revenue as (

    select * from {{ ref('fct_revenue') }}

    where is_revenue and amount_corporate is not null and cogs_corporate is not null

),

accounts as (

    select * from {{ ref('dim_accounts') }}

),

cohorts as (

    select * from {{ ref('crm_customer_cohorts') }}

),

-- What a customer brought is sliced as the customer is in retention, whatever deal it came from.
final as (

    select
        revenue.revenue_id,
        revenue.account_id,
        '-1' as team_id,
        coalesce(accounts.region_id, '-1') as region_id,
        coalesce(accounts.segment_id, '-1') as segment_id,
        coalesce(cohorts.lead_source_id, '-1') as lead_source_id,
        coalesce(cohorts.cohort_id, '-1') as cohort_id,
        revenue.product_id,
        revenue.product_family_id,
        revenue.recognized_date,
        cast({{ dbt.date_trunc('month', 'revenue.recognized_date') }} as date) as month_start,
        revenue.amount_corporate as costed_amount,
        revenue.amount_corporate - revenue.cogs_corporate as gross_profit

    from revenue

    left join accounts
        on revenue.account_id = accounts.account_id

    left join cohorts
        on revenue.account_id = cohorts.account_id

)

select * from final
