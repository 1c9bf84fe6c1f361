{#- What is kept of the last period. -#}
{%- set kept = [
    'period_start',
    'period_end',
    'dimension_value',
    'part_label',
    'value',
    'value_status',
    'sample_size',
    'is_small_sample',
    'prior_value',
    'prior_year_value',
    'target_value',
    'benchmark_value',
] -%}

-- The last six finished periods of each grain, side by side, newest first.
with

kpi_values as (

    select * from {{ ref('kpi_values') }}

    where period_grain not in ('day', 'week')

),

catalog as (

    select * from {{ ref('kpi_catalog') }} where not is_made_of_kpis

),

periods as (

    select * from {{ ref('dim_periods') }} where is_complete

),

recent_periods as (

    select
        period_grain,
        period_start,
        row_number() over (partition by period_grain order by period_start desc) as periods_back

    from periods

),

-- What the data begin in, and cohorts that are still open, are no points of a trend (G16, G25).
pointed as (

    select
        kpi_values.*,
        recent_periods.periods_back,
        case
            when {{ is_trusted('kpi_values.value_status') }} then kpi_values.value
        end as point

    from kpi_values

    inner join catalog
        on kpi_values.kpi_id = catalog.kpi_id

    inner join recent_periods
        on
            kpi_values.period_grain = recent_periods.period_grain
            and kpi_values.period_start = recent_periods.period_start

    where recent_periods.periods_back <= 6

),

final as (

    select
        kpi_id,
        period_grain,
        dimension,
        dimension_id,
        part,
        {%- for name in kept %}
        max(case when periods_back = 1 then {{ name }} end) as {{ name }},
        {%- endfor %}
        {%- for back in range(1, 7) %}
        max(case when periods_back = {{ back }} then point end) as point_{{ back }},
        {%- endfor %}
        count(point) as trend_points,
        case when count(point) >= 4 then regr_slope(point, cast(-periods_back as double)) end
            as slope

    from pointed

    group by kpi_id, period_grain, dimension, dimension_id, part

)

select * from final where value is not null
