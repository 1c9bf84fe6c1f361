with

opportunities as (

    select * from {{ ref('fct_opportunities') }}

    where is_decided

),

measured_dates as (

    select distinct measured_date from {{ ref('dim_periods') }}

    where is_started and period_grain not in ('day', 'week')

),

settings as (

    select * from {{ ref('dim_settings') }}

),

decided_days as (

    select
        closed_date,
        count(*) as decided_deals

    from opportunities

    group by closed_date

),

decided_by_window as (

    select
        measured_dates.measured_date,
        sum(decided_days.decided_deals) filter (
            where decided_days.closed_date
            >= measured_dates.measured_date - settings.velocity_window_days
        ) as default_window_deals,
        sum(decided_days.decided_deals) filter (
            where decided_days.closed_date >= measured_dates.measured_date - 180
        ) as half_year_deals

    from measured_dates

    cross join settings

    inner join decided_days
        on measured_dates.measured_date > decided_days.closed_date

    group by measured_dates.measured_date

),

-- Too few decided deals widen the window, once for all slices, so that they stay comparable.
chosen as (

    select
        measured_dates.measured_date,
        case
            when decided_by_window.default_window_deals >= settings.velocity_min_closed_deals
                then settings.velocity_window_days
            when decided_by_window.half_year_deals >= settings.velocity_min_closed_deals then 180
            else 365
        end as window_days,
        settings.velocity_window_days

    from measured_dates

    cross join settings

    left join decided_by_window
        on measured_dates.measured_date = decided_by_window.measured_date

),

final as (

    select
        measured_date,
        window_days,
        case
            when window_days = velocity_window_days then 'ok'
            when window_days = 180 then 'window_180'
            else 'window_365'
        end as window_status

    from chosen

)

select * from final
