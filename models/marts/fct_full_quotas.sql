with

selling_months as (

    select * from {{ ref('fct_selling_months') }}

),

quotas as (

    select * from {{ ref('crm_full_quotas') }}

),

rates as (

    select * from {{ ref('dim_exchange_rates') }}

),

-- While a quota is lowered for a beginner, the first whole one that follows says what is full.
ranked as (

    select
        selling_months.user_id,
        selling_months.month_start,
        {{ multiply_money('quotas.amount', 'rates.plan_rate') }} as quota_plan,
        quotas.period_months as quota_months,
        row_number() over (
            partition by selling_months.user_id, selling_months.month_start
            order by
                greatest(quotas.valid_from, selling_months.month_start) asc,
                quotas.period_days asc,
                quotas.valid_from desc,
                quotas.amount desc
        ) as quota_rank

    from selling_months

    inner join quotas
        on
            selling_months.user_id = quotas.user_id
            and selling_months.month_start < quotas.valid_to

    left join rates
        on quotas.currency = rates.currency and quotas.period_start = rates.date_day

),

final as (

    select user_id, month_start, quota_plan, quota_months from ranked
    where quota_rank = 1

)

select * from final
