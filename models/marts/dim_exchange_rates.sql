with

carried as (

    select * from {{ ref('dim_carried_rates') }}

),

dates as (

    select * from {{ ref('dim_dates') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

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
