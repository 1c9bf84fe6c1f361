-- Each KPI in its last finished period of every grain, against what it should be and what it was.
with

recent as (

    select * from {{ ref('recent_values') }}

),

catalog as (

    select * from {{ ref('kpi_catalog') }}

),

benchmarks as (

    select * from {{ ref('dim_benchmarks') }}

    where is_default and segment is not null

),

signed as (

    select
        recent.*,
        case catalog.direction when 'higher' then 1 when 'lower' then -1 end as good_sign,
        cast(recent.target_value as double) as target,
        coalesce(benchmarks.mid, recent.benchmark_value) as benchmark,
        (recent.point_2 + recent.point_3 + recent.point_4 + recent.point_5) / 4 as trailing_value,
        -- Of all pairs of periods, those that rose less those that fell (Mann-Kendall).
        {%- for newer in range(1, 6) -%}{%- for older in range(newer + 1, 7) %}
        case
            when recent.point_{{ newer }} > recent.point_{{ older }} then 1
            when recent.point_{{ newer }} < recent.point_{{ older }} then -1
            else 0
        end{{ ' +' if newer < 5 }}
        {%- endfor -%}{%- endfor %} as net_rises

    from recent

    inner join catalog
        on recent.kpi_id = catalog.kpi_id

    left join benchmarks
        on
            recent.kpi_id = benchmarks.kpi_id
            and recent.period_grain = benchmarks.period_grain
            and case when recent.dimension = 'segment' then recent.dimension_id end
            = benchmarks.segment

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
        part,
        part_label,
        value,
        value_status,
        sample_size,
        is_small_sample,
        coalesce(target, benchmark, trailing_value) as expected_value,
        case
            when target is not null then 'target'
            when benchmark is not null then 'benchmark'
            when trailing_value is not null then 'trailing'
        end as expected_from,
        good_sign * (value - coalesce(target, benchmark, trailing_value)) as performance_gap,
        benchmark as benchmark_value,
        value - benchmark as benchmark_gap,
        good_sign * (value - benchmark) >= 0 as is_benchmark_gap_favourable,
        value - prior_value as prior_gap,
        value - prior_year_value as prior_year_gap,
        trailing_value,
        value - trailing_value as trailing_gap,
        trend_points,
        slope as trend_slope,
        net_rises,
        trend_points >= 4
        and abs(net_rises) - 1
        >= 1.96 * sqrt(trend_points * (trend_points - 1) * (2 * trend_points + 5) / 18.0)
            as is_trend_significant

    from signed

)

select * from final
