-- Every benchmark beside the last finished value that it is about.
with

benchmarks as (

    select * from {{ ref('dim_benchmarks') }}

),

compared as (

    select * from {{ ref('kpi_comparisons') }} where part = 'all'

),

catalog as (

    select * from {{ ref('kpi_catalog') }}

),

placed as (

    select
        benchmarks.benchmark_id,
        benchmarks.kpi_id,
        benchmarks.segment,
        benchmarks.period_grain,
        compared.period_start,
        compared.value,
        benchmarks.low,
        benchmarks.mid,
        benchmarks.high,
        compared.value - benchmarks.mid as gap,
        case
            when compared.value is null then 'no_value'
            when compared.value < coalesce(benchmarks.low, benchmarks.mid) then 'below'
            when compared.value > coalesce(benchmarks.high, benchmarks.mid) then 'above'
            else 'within'
        end as place,
        case catalog.direction when 'higher' then 'below' when 'lower' then 'above' end
            as bad_place,
        benchmarks.population,
        benchmarks.published_year,
        benchmarks.source,
        benchmarks.tier,
        benchmarks.is_default

    from benchmarks

    left join catalog
        on benchmarks.kpi_id = catalog.kpi_id

    left join compared
        on
            benchmarks.kpi_id = compared.kpi_id
            and benchmarks.period_grain = compared.period_grain
            and compared.dimension
            = case when benchmarks.segment is null then 'total' else 'segment' end
            and compared.dimension_id = coalesce(benchmarks.segment, 'all')

),

-- What a vendor or an article claims without a sample is neither good nor bad news (B12).
final as (

    select
        benchmark_id,
        kpi_id,
        segment,
        period_grain,
        period_start,
        value,
        low,
        mid,
        high,
        gap,
        place,
        case when place <> 'no_value' and tier not in ('V', 'Seed') then place <> bad_place end
            as is_favourable,
        population,
        published_year,
        source,
        tier,
        is_default

    from placed

)

select * from final
