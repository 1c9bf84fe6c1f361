-- Who is ramped stays so, and a half-year's new sellers are ramped, lost or on the way; the months
-- of all half-years hold what new sellers booked; and the years hold the half-years.
with

curve as (

    select * from {{ ref('report_ramp_curve') }}

),

steps as (

    select
        *,
        lag(ramped_so_far) over (partition by half_year_start order by selling_month)
            as ramped_before

    from curve

),

cohorts as (

    select
        half_year_start,
        max(hired_sellers) as hired_sellers

    from curve

    group by half_year_start

),

years as (

    select
        kpi_ramp.period_start,
        max(kpi_ramp.hired_sellers) as hired_sellers,
        sum(cohorts.hired_sellers) as cohort_sellers

    from {{ ref('kpi_ramp') }} as kpi_ramp

    inner join cohorts
        on extract(year from kpi_ramp.period_start) = extract(year from cohorts.half_year_start)

    where kpi_ramp.period_grain = 'year' and kpi_ramp.dimension = 'total'

    group by kpi_ramp.period_start

),

curve_totals as (

    select sum(booked_plan) as curve_plan from curve

),

month_totals as (

    select sum(booked_plan) as month_plan from {{ ref('fct_ramp_months') }}

)

select
    'cohort' as law,
    half_year_start
from steps

where
    ramped_so_far < ramped_before
    or ramped_so_far > ramped_sellers
    or ramped_sellers + lost_sellers + open_sellers <> hired_sellers
    or sellers > hired_sellers

union all

-- Of a half-year in which nobody has sold for a month yet the curve says nothing.
select 'year', period_start from years where cohort_sellers > hired_sellers

union all

select 'bookings', cast(null as date) from curve_totals
cross join month_totals
where curve_totals.curve_plan <> month_totals.month_plan
