with

periods as (

    select * from {{ ref('dim_periods') }}

    where is_started and period_grain in ('quarter', 'year', 'fiscal_quarter', 'fiscal_year')

),

states as (

    select * from {{ ref('fct_customer_states') }}

),

rates as (

    select * from {{ ref('dim_exchange_rates') }}

),

-- Both ends at the rate of the last day, lest exchange rates look like expansion.
converted as (

    select
        periods.period_grain,
        periods.period_start,
        periods.period_end,
        states.account_id,
        {{ multiply_money('states.mrr', 'rates.spot_rate') }} as mrr,
        states.state_date = periods.period_start as is_start,
        states.state_date = periods.measured_date as is_end

    from periods

    inner join states
        on periods.period_start = states.state_date or periods.measured_date = states.state_date

    left join rates
        on states.currency = rates.currency and periods.measured_date = rates.date_day

),

final as (

    select
        period_grain,
        period_start,
        period_end,
        account_id,
        cast(sum(case when is_start then mrr end) as decimal(38, 4)) as start_mrr,
        cast(sum(case when is_end then mrr end) as decimal(38, 4)) as end_mrr

    from converted

    group by period_grain, period_start, period_end, account_id

)

select * from final
