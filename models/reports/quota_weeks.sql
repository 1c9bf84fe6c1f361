with

quotas as (

    select * from {{ ref('kpi_quota') }}

    where period_grain = 'quarter' and dimension in ('total', 'team') and quota_plan > 0

),

required as (

    select * from {{ ref('kpi_required_coverage') }} where period_grain = 'quarter'

),

weeks as (

    select
        period_start as week_start,
        -- A week is of the quarter that holds its Thursday, so that a quarter has whole weeks.
        cast({{ dbt.date_trunc('quarter', 'period_start + 3') }} as date) as quarter_start

    from {{ ref('dim_periods') }}

    where period_grain = 'week' and is_started

),

numbered as (

    select
        *,
        cast(
            row_number() over (partition by quarter_start order by week_start) as bigint
        ) as week_of_quarter

    from weeks

),

final as (

    select
        numbered.quarter_start,
        numbered.week_start,
        numbered.week_of_quarter,
        quotas.dimension,
        quotas.dimension_id,
        cast(quotas.quota_plan as double) as quota,
        coalesce(of_slice.required_coverage, of_all.required_coverage) as required_coverage

    from numbered

    inner join quotas
        on numbered.quarter_start = quotas.period_start

    left join required as of_slice
        on
            quotas.period_start = of_slice.period_start
            and quotas.dimension = of_slice.dimension
            and quotas.dimension_id = of_slice.dimension_id

    left join required as of_all
        on quotas.period_start = of_all.period_start and of_all.dimension = 'total'

)

select * from final
