with

days as (

    select distinct measured_date from {{ ref('fct_account_engagement') }}

),

states as (

    select * from {{ ref('fct_customer_states') }}

    where account_id <> '-1'

),

rates as (

    select * from {{ ref('dim_exchange_rates') }}

),

settings as (

    select * from {{ ref('dim_settings') }}

),

later as (

    select distinct
        state_date,
        account_id

    from states

),

customers as (

    select
        days.measured_date,
        cast({{ dbt.dateadd('month', 3, 'days.measured_date') }} as date) as later_date,
        states.account_id,
        cast(
            sum({{ multiply_money('states.mrr', 'rates.spot_rate') }}) as decimal(38, 4)
        ) as mrr_corporate

    from days

    inner join states
        on days.measured_date = states.state_date

    left join rates
        on states.currency = rates.currency and states.state_date = rates.date_day

    group by days.measured_date, states.account_id

),

-- Whether a day to come sees the customer nobody knows.
final as (

    select
        customers.measured_date,
        customers.account_id,
        customers.mrr_corporate,
        case
            when customers.later_date <= settings.as_of_date then later.account_id is null
        end as is_lost_after_three_months

    from customers

    cross join settings

    left join later
        on
            customers.later_date = later.state_date
            and customers.account_id = later.account_id

)

select * from final
