with

terms as (

    select * from {{ ref('crm_subscription_terms') }}

),

rates as (

    select * from {{ ref('dim_exchange_rates') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

valued as (

    select
        terms.subscription_id,
        terms.is_end_assumed,
        terms.is_cut_short,
        {{ multiply_money('terms.mrr', 'rates.spot_rate') }} as amount_at_stake

    from terms

    cross join settings

    left join rates
        on
            coalesce(terms.currency, settings.corporate_currency) = rates.currency
            and least(terms.valid_from, settings.as_of_date) = rates.date_day

),

final as (

    select
        'overlapping_subscription' as finding,
        'subscriptions' as table_name,
        'valid_to' as column_name,
        subscription_id as record_id,
        amount_at_stake

    from valued

    where is_cut_short

    union all

    select
        'ended_subscription_without_end' as finding,
        'subscriptions' as table_name,
        'valid_to' as column_name,
        subscription_id as record_id,
        amount_at_stake

    from valued

    where is_end_assumed

)

select * from final
