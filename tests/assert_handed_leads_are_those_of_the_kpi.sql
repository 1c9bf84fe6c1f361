-- Months of the hand-off hold the leads that the KPI counts as due and as reached in time.
with

reported as (

    select
        month_start,
        sum(due_leads) as due_leads,
        sum(prompt_leads) as prompt_leads

    from {{ ref('report_lead_handoff') }}

    group by month_start

),

published as (

    select * from {{ ref('kpi_values') }}

    where
        kpi_id = 'speed_to_lead__within_sla_rate'
        and period_grain = 'month'
        and dimension = 'total'
        and value is not null

)

select published.period_start

from published

left join reported
    on published.period_start = reported.month_start

where
    reported.due_leads is distinct from cast(published.denominator as bigint)
    or reported.prompt_leads is distinct from cast(published.numerator as bigint)
