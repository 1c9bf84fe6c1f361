with

benchmarks as (

    select * from {{ ref('benchmarks') }}

),

final as (

    select
        benchmark_id,
        kpi_id,
        segment,
        period_grain,
        low,
        mid,
        high,
        population,
        source,
        tier,
        is_default

    from benchmarks

)

select * from final
