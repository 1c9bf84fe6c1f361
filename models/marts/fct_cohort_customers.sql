with

states as (

    select * from {{ ref('fct_customer_states') }}

    where state_date = cast({{ dbt.date_trunc('month', 'state_date') }} as date)

),

rates as (

    select * from {{ ref('dim_exchange_rates') }}

),

-- Who is there on the first day that is known came before it, nobody knows when.
starts as (

    select
        account_id,
        min(state_date) as first_date,
        min(min(state_date)) over () as known_from

    from states

    group by account_id

),

-- At the plan rate of the first day, lest exchange rates look like expansion.
paid as (

    select
        starts.account_id,
        starts.first_date,
        states.state_date,
        cast(
            sum({{ multiply_money('states.mrr', 'rates.plan_rate') }}) as decimal(38, 4)
        ) as mrr_plan

    from starts

    inner join states
        on starts.account_id = states.account_id

    left join rates
        on states.currency = rates.currency and starts.first_date = rates.date_day

    where starts.first_date > starts.known_from

    group by starts.account_id, starts.first_date, states.state_date

),

final as (

    select
        paid.account_id,
        paid.first_date,
        paid.state_date,
        paid.mrr_plan,
        least(paid.mrr_plan, firsts.mrr_plan) as capped_mrr_plan

    from paid

    inner join paid as firsts
        on paid.account_id = firsts.account_id and paid.first_date = firsts.state_date

)

select * from final
