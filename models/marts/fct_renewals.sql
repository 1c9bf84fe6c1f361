with

terms as (

    select * from {{ ref('crm_customer_subscriptions') }}

    where not is_cut_short

),

accounts as (

    select * from {{ ref('dim_accounts') }}

),

rates as (

    select * from {{ ref('dim_exchange_rates') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

-- A term that runs on is due on the day that somebody wrote down for its renewal.
due as (

    select
        terms.*,
        coalesce(terms.term_end, terms.renewal_date) as due_date,
        settings.as_of_date,
        settings.renewal_grace_days

    from terms

    cross join settings

),

decided as (

    select
        *,
        case
            when next_valid_from <= due_date + renewal_grace_days and next_valid_from < as_of_date
                then 'renewed'
            when due_date + renewal_grace_days <= as_of_date then 'churned'
            when term_end <= as_of_date and status <> 'pending_renewal' then 'churned'
            else 'open'
        end as outcome

    from due

    where due_date is not null and valid_from < as_of_date

),

final as (

    select
        decided.subscription_id,
        decided.valid_from,
        decided.account_id,
        decided.product_id,
        coalesce(accounts.owner_id, '-1') as owner_id,
        coalesce(accounts.region_id, '-1') as region_id,
        coalesce(accounts.segment_id, '-1') as segment_id,
        decided.due_date,
        decided.outcome,
        {{ multiply_money('decided.mrr', 'rates.spot_rate') }} as due_mrr,
        case
            when decided.outcome = 'renewed'
                then {{ multiply_money('decided.next_mrr', 'rates.spot_rate') }}
        end as renewed_mrr

    from decided

    left join accounts
        on decided.account_id = accounts.account_id

    left join rates
        on
            decided.currency = rates.currency
            and least(decided.due_date, decided.as_of_date) = rates.date_day

)

select * from final
