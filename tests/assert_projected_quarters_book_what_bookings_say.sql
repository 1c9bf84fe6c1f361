-- The result that projections are scored by is the bookings of the quarter, and the projection lies
-- in its interval.
with

projections as (

    select * from {{ ref('report_quarter_projection') }}

),

bookings as (

    select * from {{ ref('kpi_values') }}

    where kpi_id = 'bookings' and period_grain = 'quarter' and dimension = 'total'

)

select
    projections.quarter_start,
    projections.month_of_quarter

from projections

left join bookings
    on projections.quarter_start = bookings.period_start

where
    abs(projections.booked_amount - bookings.value) > 0.01
    or projections.projected_amount < projections.lowest_amount - 0.01
    or projections.projected_amount > projections.highest_amount + 0.01
