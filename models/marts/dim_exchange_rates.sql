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

-- A rate holds until the next one; a plan rate holds within its fiscal year only.
carried as (

    select
        currencies.currency,
        dates.date_day,
        {{ last_known('spot.rate') }} over (
            partition by currencies.currency order by dates.date_day
        ) as spot_rate,
        {{ last_known('plan.rate') }} over (
            partition by currencies.currency, dates.fiscal_year order by dates.date_day
        ) as plan_rate

    from currencies

    cross join dates

    left join rates as spot
        on
            currencies.currency = spot.currency
            and dates.date_day = spot.rate_date
            and spot.rate_type = 'spot'

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
        coalesce(carried.plan_rate, carried.spot_rate) as plan_rate,
        carried.plan_rate is null as is_plan_rate_missing

    from carried

    cross join settings

    where carried.spot_rate is not null and carried.currency <> settings.corporate_currency

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
