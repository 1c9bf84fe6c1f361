with

compared as (

    select * from {{ ref('kpi_values_compared') }}

),

catalog as (

    select * from {{ ref('kpi_catalog') }}

),

members as (

    select * from {{ ref('dim_members') }}

),

targets as (

    -- What is no real target colours nothing.
    select * from {{ ref('set_targets') }} where flaw is null

),

benchmarks as (

    select * from {{ ref('dim_benchmarks') }} where is_default and segment is null

),

final as (

    select
        compared.kpi_id,
        compared.period_grain,
        compared.period_start,
        compared.period_end,
        compared.dimension,
        compared.dimension_id,
        case
            when compared.dimension = 'total' then 'All'
            when compared.dimension_id = '-1' then 'Unknown'
            when compared.dimension_id = 'none' then 'No competitor'
            when compared.dimension_id = 'unallocated' then 'Unallocated'
            else coalesce(members.dimension_value, compared.dimension_id)
        end as dimension_value,
        compared.part,
        compared.part_label,
        compared.measured_at,
        compared.numerator,
        compared.denominator,
        compared.value,
        compared.sample_size,
        compared.ci_low,
        compared.ci_high,
        compared.open_share,
        compared.value_status,
        compared.is_complete,
        compared.is_small_sample,
        compared.prior_value,
        compared.prior_year_value,
        targets.target_value,
        benchmarks.mid as benchmark_value,
        case
            when targets.target_value is null or catalog.direction not in ('higher', 'lower')
                then 'no_target'
            when not compared.is_complete then 'running'
            when compared.value is null then 'no_target'
            when compared.value = targets.target_value then 'on_target'
            when (compared.value > targets.target_value) = (catalog.direction = 'higher')
                then 'on_target'
            else 'off_target'
        end as status

    from compared

    inner join catalog
        on compared.kpi_id = catalog.kpi_id

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

)

-- Sorted as it is read, the table is a quarter smaller and a trend touches one block.
select * from final order by kpi_id, dimension, dimension_id, part, period_grain, period_start
