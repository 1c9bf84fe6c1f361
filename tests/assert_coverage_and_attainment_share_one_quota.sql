-- Coverage is measured against the quota that attainment is measured against, and what a running
-- period has won so far is what it has attained. While a period runs, coverage is that of the teams
-- of today and attainment that of the teams of the first day.
with

coverage as (

    select * from {{ ref('kpi_coverage') }}

),

quota as (

    select * from {{ ref('kpi_quota') }}

    where quota_plan is not null

),

periods as (

    select * from {{ ref('dim_periods') }}

    where is_started

)

select
    coalesce(coverage.period_grain, quota.period_grain) as period_grain,
    coalesce(coverage.period_start, quota.period_start) as period_start,
    coalesce(coverage.dimension, quota.dimension) as dimension,
    coalesce(coverage.dimension_id, quota.dimension_id) as dimension_id,
    coverage.quota_plan,
    coverage.won_to_date,
    coverage.remaining_quota,
    quota.quota_plan as attainment_quota_plan,
    quota.quota_bookings

from coverage

inner join periods
    on
        coverage.period_grain = periods.period_grain
        and coverage.period_start = periods.period_start

full outer join quota
    on
        coverage.period_grain = quota.period_grain
        and coverage.period_start = quota.period_start
        and coverage.dimension = quota.dimension
        and coverage.dimension_id = quota.dimension_id

where
    coverage.remaining_quota <> coverage.quota_plan - coverage.won_to_date
    or coverage.opening_quota is distinct from quota.quota_plan
    or (
        (coverage.dimension <> 'team' or periods.is_complete)
        and (
            coverage.quota_plan is distinct from quota.quota_plan
            or coverage.won_to_date
            <> case when periods.is_complete then 0 else quota.quota_bookings end
        )
    )
