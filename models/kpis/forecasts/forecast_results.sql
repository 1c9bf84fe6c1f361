with

forecasts as (

    select * from {{ ref('fct_forecasts') }}

    where is_in_use and (forecast_level = 'rep' or dimension = 'total')

),

scoped_bookings as (

    select * from {{ ref('kpi_quota_bookings') }}

),

bookings as (

    select * from {{ ref('fct_bookings') }}

),

team_closure as (

    select * from {{ ref('dim_team_closure') }}

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

-- Sellers are held against their own bookings, other levels against all of their team.
booked as (

    select
        true as is_by_seller,
        user_id as booker_id,
        dimension,
        dimension_id,
        closed_date,
        recorded_date,
        booked_plan

    from scoped_bookings

    union all

    select
        false,
        team_closure.ancestor_team_id,
        'total',
        'all',
        bookings.closed_date,
        bookings.recorded_date,
        bookings.credited_amount_plan

    from bookings

    inner join team_closure
        on
            bookings.team_id = team_closure.team_id
            and bookings.closed_date >= team_closure.valid_from
            and bookings.closed_date < {{ open_end('team_closure.valid_to') }}

    union all

    select false, 'all', 'total', 'all', closed_date, recorded_date, credited_amount_plan
    from bookings

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
