with

measured as (

    select * from {{ ref('kpi_values_measured') }}

),

total_periods as (

    select * from {{ ref('kpi_total_periods') }}

),

catalog as (

    select * from {{ ref('kpi_catalog') }}

),

-- Nothing measured is a row as well: a gap in the total would read as a gap in the load.
unmeasured as (

    select
        total_periods.kpi_id,
        total_periods.period_grain,
        total_periods.period_start,
        'total' as dimension,
        'all' as dimension_id,
        -- The sum of nothing is 0; of a rate or a mean of nothing there is no value.
        case when catalog.method in ('sum', 'balance') then cast(0 as double) end as value

    from total_periods

    inner join catalog
        on total_periods.kpi_id = catalog.kpi_id

    left join measured
        on
            total_periods.kpi_id = measured.kpi_id
            and total_periods.period_grain = measured.period_grain
            and total_periods.period_start = measured.period_start
            and measured.dimension = 'total'
            and measured.part = 'all'

    -- KPIs made of other KPIs come after this.
    where measured.kpi_id is null and not catalog.is_made_of_kpis

),

final as (

    select * from measured

    union all

    select
        kpi_id,
        period_grain,
        period_start,
        dimension,
        dimension_id,
        'all' as part,
        'All' as part_label,
        value as numerator,
        cast(null as double) as denominator,
        value,
        cast(0 as bigint) as sample_size,
        cast(null as double) as interval_centre,
        cast(null as double) as interval_margin,
        cast(null as double) as open_share,
        cast(null as date) as window_start,
        cast(null as {{ dbt.type_string() }}) as family_status

    from unmeasured

)

select * from final
