with

conversions as (

    select * from {{ ref('crm_lead_conversions') }}

),

accounts as (

    select * from {{ ref('crm_accounts') }}

),

outcomes as (

    select * from {{ ref('crm_opportunity_outcomes') }}

),

first_wins as (

    select * from {{ ref('crm_first_wins') }}

),

-- A deal of nobody known makes its own lead a customer; one of an account makes the account one.
judged as (

    select
        conversions.*,
        outcomes.is_open,
        case
            when conversions.account_id is not null then first_wins.closed_date
            when outcomes.is_won then outcomes.closed_date
        end as won_date,
        coalesce(conversions.opportunity_id = first_wins.opportunity_id, false) as is_source,
        customers.customer_since

    from conversions

    left join outcomes
        on conversions.opportunity_id = outcomes.opportunity_id

    left join first_wins
        on conversions.account_id = first_wins.account_id

    left join accounts as customers
        on conversions.account_id = customers.account_id

),

-- Of several leads of one account the one that brought the deal made the customer, else the first.
ranked as (

    select
        *,
        coalesce(least(won_date, customer_since) < created_date, false) as is_existing_customer,
        won_date is null and coalesce(is_open, opportunity_id is null) as is_undecided,
        row_number() over (
            partition by coalesce(account_id, 'deal ' || opportunity_id)
            order by
                case when won_date >= created_date then 0 else 1 end,
                case when is_source then 0 else 1 end,
                created_at,
                lead_id
        ) as lead_number

    from judged

),

final as (

    select
        lead_id,
        max(is_existing_customer) as is_existing_customer,
        max(is_undecided) as is_undecided,
        min(case when lead_number = 1 and won_date >= created_date then won_date end)
            as customer_date

    from ranked

    group by lead_id

)

select * from final
