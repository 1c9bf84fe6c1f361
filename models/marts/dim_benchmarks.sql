with

published as (

    select * from {{ ref('published_benchmarks') }}

),

own as (

    select * from {{ ref('stg_crm__benchmarks') }}

),

-- A KPI is compared with the company's own benchmark where there is one.
own_defaults as (

    select distinct
        kpi_id,
        period_grain,
        segment

    from own

    -- What a vendor or an article claims without a sample is compared with nothing (B12).
    where is_default and tier not in ('V', 'Seed')

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
        published_year,
        source,
        tier,
        is_default and tier not in ('V', 'Seed') as is_default

    from own

    union all

    select
        published.benchmark_id,
        published.kpi_id,
        published.segment,
        published.period_grain,
        published.low,
        published.mid,
        published.high,
        published.population,
        published.published_year,
        published.source,
        published.tier,
        published.is_default and published.tier not in ('V', 'Seed') and own_defaults.kpi_id is null
            as is_default

    from published

    left join own_defaults
        on
            published.kpi_id = own_defaults.kpi_id
            and published.period_grain = own_defaults.period_grain
            and published.segment is not distinct from own_defaults.segment

    where published.benchmark_id not in (select own.benchmark_id from own)

)

select * from final
