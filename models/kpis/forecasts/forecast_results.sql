with

forecasts as (

    select * from {{ ref('fct_forecasts') }}

    where is_in_use and (forecast_level = 'rep' or dimension = 'total')

),

booked as (

    select * from {{ ref('forecast_bookings') }}

),

settings as (

    select * from {{ ref('dim_settings') }}

),

called as (

    select distinct
        forecast_level,
        submitter_id,
        team_id,
        dimension,
        dimension_id,
        period_start,
        period_end,
        case when forecast_level = 'rep' then submitter_id else team_id end as booker_id

    from forecasts

),

-- The result is what was booked some days after the end; what is dated back later comes too late.
final as (

    select
        called.forecast_level,
        called.submitter_id,
        called.team_id,
        called.dimension,
        called.dimension_id,
        called.period_start,
        called.period_end,
        cast(coalesce(sum(booked.booked_plan), 0) as decimal(38, 4)) as booked_plan

    from called

    cross join settings

    left join booked
        on
            booked.is_by_seller = (called.forecast_level = 'rep')
            and called.booker_id = booked.booker_id
            and called.dimension = booked.dimension
            and called.dimension_id = booked.dimension_id
            and called.period_start <= booked.closed_date
            and called.period_end > booked.closed_date
            and called.period_end + settings.forecast_settling_days > booked.recorded_date

    group by
        called.forecast_level,
        called.submitter_id,
        called.team_id,
        called.dimension,
        called.dimension_id,
        called.period_start,
        called.period_end

)

select * from final
