-- No more deals get to a later stage than to an earlier one, and no more in few days than in many.
with

cohorts as (

    select * from {{ ref('report_stage_cohorts') }}

)

select
    cohorts.cohort_month,
    cohorts.pipeline_id,
    cohorts.stage_name,
    cohorts.horizon_days,
    cohorts.reached_deals,
    others.stage_name as other_stage_name,
    others.horizon_days as other_horizon_days,
    others.reached_deals as other_reached_deals

from cohorts

inner join cohorts as others
    on
        cohorts.cohort_month = others.cohort_month
        and cohorts.pipeline_id = others.pipeline_id
        and cohorts.stage_order <= others.stage_order
        and cohorts.horizon_days >= others.horizon_days

where
    cohorts.reached_deals < others.reached_deals
    or cohorts.cohort_deals <> others.cohort_deals
    or (cohorts.is_mature and not others.is_mature)
