{%- set attributes = ['region', 'product', 'product_family', 'segment'] -%}
with

states as (

    select * from {{ ref('fct_customer_states') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

    where is_started and period_grain not in ('day', 'week')

),

accounts as (

    select * from {{ ref('dim_accounts') }}

),

rates as (

    select * from {{ ref('dim_exchange_rates') }}

),

running as (

    select
        states.state_date,
        states.account_id,
        states.product_id,
        states.product_family_id,
        coalesce(accounts.region_id, '-1') as region_id,
        coalesce(accounts.segment_id, '-1') as segment_id,
        {{ multiply_money('12 * states.mrr', 'rates.spot_rate') }} as yearly_amount

    from states

    left join accounts
        on states.account_id = accounts.account_id

    left join rates
        on states.currency = rates.currency and states.state_date = rates.date_day

),

summed as (

    select
        state_date,
        {{ slice_keys(attributes) }},
        count(distinct case when yearly_amount > 0 then account_id end) as paying_customers,
        cast(sum(yearly_amount) as decimal(38, 4)) as arr_end

    from running

    group by {{ slices(attributes, 'state_date') }}

),

final as (

    select
        periods.period_grain,
        periods.period_start,
        summed.dimension,
        summed.dimension_id,
        summed.paying_customers,
        summed.arr_end

    from summed

    inner join periods
        on summed.state_date = periods.measured_date

)

select * from final
