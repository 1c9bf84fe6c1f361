with

ends as (

    select * from {{ ref('recurring_ends') }}

),

new_customers as (

    select * from {{ ref('fct_opportunities') }}

    where is_new_customer and closed_date is not null

),

accounts as (

    select * from {{ ref('dim_accounts') }}

),

cohorts as (

    select * from {{ ref('crm_customer_cohorts') }}

),

-- What a new customer pays is new, all of it; of the others only what they pay more.
final as (

    select
        ends.period_grain,
        ends.period_start,
        ends.account_id,
        '-1' as team_id,
        coalesce(new_customers.region_id, accounts.region_id, '-1') as region_id,
        coalesce(new_customers.segment_id, accounts.segment_id, '-1') as segment_id,
        coalesce(new_customers.lead_source_id, cohorts.lead_source_id, '-1') as lead_source_id,
        case when new_customers.account_id is not null then ends.end_mrr end as new_mrr,
        case
            when
                new_customers.account_id is null
                and ends.start_mrr > 0
                and ends.end_mrr > ends.start_mrr
                then ends.end_mrr - ends.start_mrr
        end as expansion_mrr

    from ends

    left join new_customers
        on
            ends.account_id = new_customers.account_id
            and ends.period_start <= new_customers.closed_date
            and ends.period_end > new_customers.closed_date

    left join accounts
        on ends.account_id = accounts.account_id

    left join cohorts
        on ends.account_id = cohorts.account_id

)

select * from final
