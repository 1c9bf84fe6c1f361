with

subscriptions as (

    select * from {{ ref('crm_customer_subscriptions') }}

),

first_wins as (

    select * from {{ ref('crm_first_wins') }}

),

accounts as (

    select * from {{ ref('crm_accounts') }}

    where account_id = surviving_account_id and customer_since is not null

),

-- A customer older than the CRM was acquired before anything here can show it.
starts as (

    select
        account_id,
        valid_from as start_date,
        cast(null as {{ dbt.type_string() }}) as lead_source_id

    from subscriptions

    union all

    select account_id, closed_date as start_date, lead_source_id from first_wins

    union all

    select
        account_id,
        customer_since as start_date,
        cast(null as {{ dbt.type_string() }}) as lead_source_id

    from accounts

),

final as (

    select
        account_id,
        coalesce(max(lead_source_id), '-1') as lead_source_id,
        min(start_date) as customer_from,
        -- The label of a cohort is the month in which the customer was acquired.
        substr(cast(min(start_date) as {{ dbt.type_string() }}), 1, 7) as cohort_id

    from starts

    group by account_id

)

select * from final
