with

base as (

    select * from {{ ref('kpi_values_base') }}

),

catalog as (

    select * from {{ ref('kpi_catalog') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

members as (

    select * from {{ ref('dim_members') }}

),

targets as (

    select * from {{ ref('dim_targets') }}

),

benchmarks as (

    select * from {{ ref('dim_benchmarks') }}

    where is_default and segment is null

),

-- Only finished periods are compared: half a month against a whole one says nothing.
compared as (

    select
        base.*,
        catalog.direction,
        case when base.is_complete and catalog.has_comparison then periods.prior_period_start end
            as prior_period_start,
        case
            when base.is_complete and catalog.has_comparison then periods.prior_year_period_start
        end
            as prior_year_period_start

    from base

    inner join catalog
        on base.kpi_id = catalog.kpi_id

    inner join periods
        on base.period_grain = periods.period_grain and base.period_start = periods.period_start

),

completed as (

    select
        compared.*,
        earlier.value as prior_value,
        prior_year.value as prior_year_value,
        targets.target_value,
        benchmarks.mid as benchmark_value,
        case
            when compared.dimension = 'total' then 'All'
            when compared.dimension_id = '-1' then 'Unknown'
            when compared.dimension_id = 'none' then 'No competitor'
            when compared.dimension_id = 'unallocated' then 'Unallocated'
            else coalesce(members.dimension_value, compared.dimension_id)
        end as dimension_value

    from compared

    left join base as earlier
        on
            compared.kpi_id = earlier.kpi_id
            and compared.period_grain = earlier.period_grain
            and compared.prior_period_start = earlier.period_start
            and compared.dimension = earlier.dimension
            and compared.dimension_id = earlier.dimension_id

    left join base as prior_year
        on
            compared.kpi_id = prior_year.kpi_id
            and compared.period_grain = prior_year.period_grain
            and compared.prior_year_period_start = prior_year.period_start
            and compared.dimension = prior_year.dimension
            and compared.dimension_id = prior_year.dimension_id

    left join members
        on compared.dimension = members.dimension and compared.dimension_id = members.dimension_id

    left join targets
        on
            compared.kpi_id = targets.kpi_id
            and compared.dimension = targets.dimension
            and compared.dimension_id = targets.dimension_id
            and compared.period_start = targets.start_date
            and compared.period_end = targets.end_date

    left join benchmarks
        on compared.kpi_id = benchmarks.kpi_id and compared.period_grain = benchmarks.period_grain

),

final as (

    select
        kpi_id,
        period_grain,
        period_start,
        period_end,
        dimension,
        dimension_id,
        dimension_value,
        'all' as part,
        'All' as part_label,
        measured_at,
        numerator,
        denominator,
        value,
        sample_size,
        ci_low,
        ci_high,
        open_share,
        value_status,
        is_complete,
        is_small_sample,
        prior_value,
        prior_year_value,
        target_value,
        benchmark_value,
        case
            when target_value is null or value is null then 'no_target'
            when direction = 'higher' and value >= target_value then 'on_target'
            when direction = 'lower' and value <= target_value then 'on_target'
            when direction in ('higher', 'lower') then 'off_target'
            else 'no_target'
        end as status

    from completed

)

select * from final
