-- What the ledger and another table both tell of one month, with what they disagree about.
with

stand_ins as (

    select
        *,
        cast({{ dbt.date_trunc('month', 'expense_date') }} as date) as month_start,
        source_table = 'marketing_spend' as is_marketing

    from {{ ref('crm_cost_stand_ins') }}

    where not is_used

),

booked as (

    select
        *,
        cast({{ dbt.date_trunc('month', 'expense_date') }} as date) as month_start,
        {{ is_marketing_cost('category') }} as is_marketing

    from {{ ref('crm_expenses') }}

    where
        {{ is_marketing_cost('category') }}
        or category in ('sales_base', 'commission', 'sales_benefits')

),

rates as (

    select * from {{ ref('dim_exchange_rates') }}

),

told as (

    select
        stand_ins.month_start,
        stand_ins.is_marketing,
        stand_ins.source_table,
        {{ multiply_money('stand_ins.amount', 'rates.spot_rate') }} as amount

    from stand_ins

    left join rates
        on stand_ins.currency = rates.currency and stand_ins.expense_date = rates.date_day

    union all

    select
        booked.month_start,
        booked.is_marketing,
        cast(null as {{ dbt.type_string() }}) as source_table,
        -{{ multiply_money('booked.amount', 'rates.spot_rate') }} as amount

    from booked

    left join rates
        on booked.currency = rates.currency and booked.expense_date = rates.date_day

),

compared as (

    select
        max(source_table) as table_name,
        month_start,
        cast(abs(sum(amount)) as decimal(18, 4)) as amount_at_stake

    from told

    group by month_start, is_marketing

),

final as (

    select
        'cost_told_twice' as finding,
        table_name,
        'amount' as column_name,
        cast(month_start as {{ dbt.type_string() }}) as record_id,
        amount_at_stake

    from compared

    where table_name is not null

)

select * from final
