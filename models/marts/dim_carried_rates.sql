with

rates as (

    select * from {{ ref('crm_exchange_rates') }}

),

dates as (

    select * from {{ ref('dim_dates') }}

),

currencies as (

    select distinct currency from rates

),

calendar as (

    select min(date_day) as first_date from dates

),

-- A rate that was set before the calendar begins is the one that its first day knows.
spot_rates as (

    select
        rates.currency,
        greatest(rates.rate_date, calendar.first_date) as rate_date,
        max_by(rates.rate, rates.rate_date) as rate

    from rates

    cross join calendar

    where rates.rate_type = 'spot'

    group by rates.currency, greatest(rates.rate_date, calendar.first_date)

),

-- A rate holds until the next one; a plan rate holds for its fiscal year, and for no other.
final as (

    select
        currencies.currency,
        dates.date_day,
        {{ last_known('spot.rate') }} over (
            partition by currencies.currency order by dates.date_day
        ) as spot_rate,
        {{ last_known('plan.rate') }} over (
            partition by currencies.currency, dates.fiscal_year order by dates.date_day
        ) as latest_plan_rate,
        min_by(plan.rate, plan.rate_date) over (
            partition by currencies.currency, dates.fiscal_year
        ) as first_plan_rate

    from currencies

    cross join dates

    left join spot_rates as spot
        on
            currencies.currency = spot.currency
            and dates.date_day = spot.rate_date

    left join rates as plan
        on
            currencies.currency = plan.currency
            and dates.date_day = plan.rate_date
            and plan.rate_type = 'plan'

)

select * from final
