-- D08: what sellers booked who were there throughout, what those booked who came or left, and what
-- nobody has a quota for make every credited amount of a quarter with quotas; bands hold every
-- seller; and who made it is who is told by pct_reps_at_quota. Where no quota of a slice was
-- changed within the quarter, the quotas of the first day tell the same.
with

report as (

    select * from {{ ref('report_attainment_distribution') }}

),

quota as (

    select * from {{ ref('kpi_quota') }}

    where period_grain = 'quarter' and dimension in ('total', 'team')

),

changed as (

    select distinct
        period_start,
        dimension,
        dimension_id

    from {{ ref('attained_quotas') }}

    where is_employed_throughout and quota_plan is distinct from opening_quota_plan

),

period_dates as (

    select * from {{ ref('dim_period_dates') }}

    where period_grain = 'quarter'

),

credited as (

    select
        period_dates.period_start,
        sum(bookings.credited_amount_plan) as credited_plan

    from {{ ref('fct_bookings') }} as bookings

    inner join period_dates
        on bookings.closed_date = period_dates.date_day

    group by period_dates.period_start

)

select
    report.quarter_start,
    report.dimension,
    report.dimension_id,
    report.sellers,
    report.booked_plan,
    report.partial_booked_plan,
    quota.unquotaed_bookings,
    credited.credited_plan

from report

left join quota
    on
        report.quarter_start = quota.period_start
        and report.dimension = quota.dimension
        and report.dimension_id = quota.dimension_id

left join credited
    on report.quarter_start = credited.period_start

left join changed
    on
        report.quarter_start = changed.period_start
        and report.dimension = changed.dimension
        and report.dimension_id = changed.dimension_id

where
    report.under_50
    + report.from_50_to_79
    + report.from_80_to_99
    + report.from_100_to_119
    + report.from_120
    <> report.sellers
    or (report.is_complete and report.sellers <> quota.full_period_reps)
    or (
        report.is_complete
        and report.from_100_to_119 + report.from_120 <> quota.reps_at_quota
    )
    or (
        report.dimension = 'total'
        and report.booked_plan + report.partial_booked_plan + quota.unquotaed_bookings
        <> coalesce(credited.credited_plan, 0)
    )
    or (
        changed.period_start is null
        and (
            report.opening_reached_share is distinct from report.reached_share
            or report.opening_median_attainment is distinct from report.median_attainment
            or report.opening_quota_plan is distinct from report.quota_plan
        )
    )
