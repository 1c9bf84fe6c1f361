with

rates as (

    select * from {{ ref('crm_exchange_rates') }}

),

dates as (

    select * from {{ ref('dim_dates') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

currencies as (

    select distinct
        currency

    from rates

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
carried as (

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

),

final as (

    select
        carried.currency,
        carried.date_day,
        carried.spot_rate,
        coalesce(carried.latest_plan_rate, carried.first_plan_rate, carried.spot_rate) as plan_rate,
        carried.first_plan_rate is null as is_plan_rate_missing

    from carried

    cross join settings

    where
        coalesce(carried.spot_rate, carried.first_plan_rate) is not null
        and carried.currency <> settings.corporate_currency

    union all

    select
        settings.corporate_currency as currency,
        dates.date_day,
        cast(1 as decimal(18, 8)) as spot_rate,
        cast(1 as decimal(18, 8)) as plan_rate,
        false as is_plan_rate_missing

    from dates

    cross join settings

)

select * from final
