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

    select * from {{ ref('dim_targets') }}

),

benchmarks as (

    select * from {{ ref('dim_benchmarks') }}

    where is_default and segment is null

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
        'all' as part,
        'All' as part_label,
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
            when catalog.direction = 'higher' and compared.value >= targets.target_value
                then 'on_target'
            when catalog.direction = 'lower' and compared.value <= targets.target_value
                then 'on_target'
            when
                catalog.direction in ('higher', 'lower')
                and compared.value is not null
                and targets.target_value is not null
                then 'off_target'
            else 'no_target'
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

select * from final
