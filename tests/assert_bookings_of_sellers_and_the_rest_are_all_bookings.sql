-- What is credited to sellers and what is credited to others make every credited amount.
with

sellers as (

    select * from {{ ref('kpi_sellers') }}

    where dimension = 'total'

),

bookings as (

    select * from {{ ref('fct_bookings') }}

),

period_dates as (

    select * from {{ ref('dim_period_dates') }}

    where period_grain not in ('day', 'week')

),

credited as (

    select
        period_dates.period_grain,
        period_dates.period_start,
        sum(bookings.credited_amount_corporate) as credited

    from bookings

    inner join period_dates
        on bookings.closed_date = period_dates.date_day

    group by period_dates.period_grain, period_dates.period_start

)

select
    coalesce(sellers.period_grain, credited.period_grain) as period_grain,
    coalesce(sellers.period_start, credited.period_start) as period_start,
    sellers.seller_bookings,
    sellers.other_bookings,
    credited.credited

from sellers

full outer join credited
    on
        sellers.period_grain = credited.period_grain
        and sellers.period_start = credited.period_start

where
    coalesce(sellers.seller_bookings, 0) + coalesce(sellers.other_bookings, 0)
    <> coalesce(credited.credited, 0)
