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

states_by_scope as (

    select *, 'total' as dimension, 'all' as dimension_id from states

    union all

    select *, 'product' as dimension, product_id as dimension_id from states

    union all

    select *, 'product_family' as dimension, product_family_id as dimension_id from states

),

-- Both ends at the plan rate of the window's end, lest exchange rates look like expansion.
starts as (

    select
        windows.window_months,
        windows.window_start,
        windows.window_end,
        states_by_scope.dimension,
        states_by_scope.dimension_id,
        states_by_scope.account_id,
        sum({{ multiply_money('states_by_scope.mrr', 'rates.plan_rate') }}) as mrr_plan

    from windows

    inner join states_by_scope
        on windows.window_start = states_by_scope.state_date

    left join rates
        on states_by_scope.currency = rates.currency and windows.window_end - 1 = rates.date_day

    group by 1, 2, 3, 4, 5, 6

),

ends as (

    select
        windows.window_months,
        windows.window_end,
        states_by_scope.dimension,
        states_by_scope.dimension_id,
        states_by_scope.account_id,
        sum({{ multiply_money('states_by_scope.mrr', 'rates.plan_rate') }}) as mrr_plan

    from windows

    inner join states_by_scope
        on windows.window_end = states_by_scope.state_date

    left join rates
        on states_by_scope.currency = rates.currency and windows.window_end - 1 = rates.date_day

    group by 1, 2, 3, 4, 5

),

final as (

    select
        starts.window_months,
        starts.window_start,
        starts.window_end,
        starts.dimension,
        starts.dimension_id,
        starts.account_id,
        cast(starts.mrr_plan as decimal(18, 4)) as start_mrr_plan,
        -- Who left pays nothing; what is paid in an unknown amount stays unknown.
        cast(
            case
                when starts.mrr_plan is null then null
                when ends.account_id is null then 0
                else ends.mrr_plan
            end as decimal(18, 4)
        ) as end_mrr_plan,
        ends.account_id is not null as is_active_at_end

    from starts

    left join ends
        on
            starts.window_months = ends.window_months
            and starts.window_end = ends.window_end
            and starts.dimension = ends.dimension
            and starts.dimension_id = ends.dimension_id
            and starts.account_id = ends.account_id

)

select * from final
