{# Every row of the families that are made of other KPIs, once for each KPI it holds. #}
-- depends_on: {{ ref('kpi_targets') }}
with

kpi_slices as (

    select * from {{ ref('kpi_slices') }}

),

total_periods as (

    select * from {{ ref('kpi_total_periods') }}

),

catalog as (

    select * from {{ ref('kpi_catalog') }} where is_made_of_kpis

),

measured as (

    {{ rows_of_families(kpi_families(made_of_kpis=true)) }}

),

-- A total has its row in a period without a record, too.
final as (

    select
        kpi_id,
        period_grain,
        period_start,
        dimension,
        dimension_id,
        part,
        part_label,
        numerator,
        denominator,
        value,
        sample_size

    from measured

    where is_defined

    union all

    select
        total_periods.kpi_id,
        total_periods.period_grain,
        total_periods.period_start,
        'total' as dimension,
        'all' as dimension_id,
        'all' as part,
        'All' as part_label,
        cast(0 as double) as numerator,
        cast(0 as double) as denominator,
        cast(null as double) as value,
        cast(0 as bigint) as sample_size

    from total_periods

    inner join catalog
        on total_periods.kpi_id = catalog.kpi_id

    left join measured
        on
            total_periods.kpi_id = measured.kpi_id
            and total_periods.period_grain = measured.period_grain
            and total_periods.period_start = measured.period_start
            and measured.dimension = 'total'
            and measured.is_defined

    where measured.kpi_id is null

)

select * from final
