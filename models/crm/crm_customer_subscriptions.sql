with

terms as (

    select * from {{ ref('crm_subscription_terms') }}

),

accounts as (

    select * from {{ ref('crm_accounts') }}

),

products as (

    select * from {{ ref('crm_products') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

-- A pending renewal keeps the customer, not the revenue.
final as (

    select
        terms.subscription_id,
        coalesce(accounts.surviving_account_id, terms.account_id) as account_id,
        coalesce(terms.product_id, '-1') as product_id,
        coalesce(products.product_family_id, '-1') as product_family_id,
        coalesce(terms.currency, settings.corporate_currency) as currency,
        terms.mrr,
        terms.status,
        terms.valid_from,
        terms.valid_to,
        case
            when terms.status = 'pending_renewal'
                then
                    least(
                        terms.term_end + settings.renewal_grace_days,
                        {{ open_end('terms.next_valid_from') }}
                    )
            else terms.valid_to
        end as held_to,
        terms.term_end,
        terms.renewal_date,
        terms.next_valid_from,
        terms.next_mrr,
        terms.is_cut_short

    from terms

    cross join settings

    left join accounts
        on terms.account_id = accounts.account_id

    left join products
        on terms.product_id = products.product_id

    where not coalesce(accounts.is_test, false)

)

select * from final
