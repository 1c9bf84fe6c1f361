-- What a KPI was before a decision and after it; what else happened meanwhile nobody says here.
with

decisions as (

    select * from {{ ref('fct_decisions') }}

),

kpi_values as (

    select * from {{ ref('kpi_values') }}

    where period_grain = 'month' and part = 'all' and is_complete

),

-- Three whole months before the month in which it began to hold, and three after it.
compared as (

    select
        decisions.*,
        cast({{ dbt.date_trunc('month', 'decisions.started_on') }} as date) as started_month,
        kpi_values.period_start,
        kpi_values.value

    from decisions

    left join kpi_values
        on
            decisions.kpi_id = kpi_values.kpi_id
            and decisions.dimension = kpi_values.dimension
            and decisions.dimension_id = kpi_values.dimension_id

),

placed as (

    select
        *,
        period_start < started_month
        and period_start >= {{ dbt.dateadd('month', -3, 'started_month') }} as is_before,
        period_start > started_month
        and period_start <= {{ dbt.dateadd('month', 3, 'started_month') }} as is_after

    from compared

),

summed as (

    select
        decision_id,
        decision,
        reason,
        kpi_id,
        dimension,
        dimension_id,
        owner_id,
        started_on,
        ended_on,
        expected_change,
        count(case when is_before then value end) as months_before,
        count(case when is_after then value end) as months_after,
        avg(case when is_before then value end) as value_before,
        avg(case when is_after then value end) as value_after

    from placed

    group by
        decision_id,
        decision,
        reason,
        kpi_id,
        dimension,
        dimension_id,
        owner_id,
        started_on,
        ended_on,
        expected_change

),

final as (

    select
        *,
        case when months_before = 3 and months_after = 3 then value_after - value_before end
            as change,
        'before and after: association, not proof' as reading

    from summed

)

select * from final
