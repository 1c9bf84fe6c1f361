with

windows as (

    select * from {{ ref('dim_retention_windows') }}

),

states as (

    select * from {{ ref('fct_customer_states') }}

),

rates as (

    select * from {{ ref('dim_exchange_rates') }}

),

window_states as (

    select windows.*, states.*, 1 as is_start
    from windows
    inner join states on windows.window_start = states.state_date

    union all

    select windows.*, states.*, 0 as is_start
    from windows
    inner join states on windows.window_end = states.state_date

),

-- Both ends at the plan rate of the window's first day, lest exchange rates look like expansion.
converted as (

    select
        window_states.*,
        {{ multiply_money('window_states.mrr', 'rates.plan_rate') }} as mrr_plan

    from window_states

    left join rates
        on
            window_states.currency = rates.currency
            and window_states.window_start = rates.date_day

),

final as (

    select
        window_months,
        max(window_start) as window_start,
        window_end,
        account_id,
        product_id,
        max(product_family_id) as product_family_id,
        max(is_start) as is_start,
        max(1 - is_start) as is_end,
        cast(sum(case when is_start = 1 then mrr_plan end) as decimal(38, 4)) as start_mrr_plan,
        cast(sum(case when is_start = 0 then mrr_plan end) as decimal(38, 4)) as end_mrr_plan

    from converted

    group by window_months, window_end, account_id, product_id

)

select * from final
