{# Every row of every family in one shape; the family's YAML says which column is what. #}
-- depends_on: {{ ref('kpi_bookings') }}
-- depends_on: {{ ref('kpi_win_rate') }}
-- depends_on: {{ ref('kpi_deal_size') }}
-- depends_on: {{ ref('kpi_sales_cycle') }}
-- depends_on: {{ ref('kpi_close_rate') }}
-- depends_on: {{ ref('kpi_pipeline') }}
-- depends_on: {{ ref('kpi_velocity') }}
-- depends_on: {{ ref('kpi_coverage') }}
-- depends_on: {{ ref('kpi_required_coverage') }}
-- depends_on: {{ ref('kpi_quota') }}
-- depends_on: {{ ref('kpi_retention') }}
-- depends_on: {{ ref('kpi_nps') }}
with

final as (

    {% for kpi in kpi_registry() %}
    select
        '{{ kpi.id }}' as kpi_id,
        period_grain,
        period_start,
        dimension,
        dimension_id,
        cast({{ kpi.numerator | default('null') }} as double) as numerator,
        cast({{ kpi.denominator | default('null') }} as double) as denominator,
        cast({{ kpi.column }} as double) as value,
        cast({{ kpi.sample_size | default('null') }} as bigint) as sample_size,
        cast({{ kpi.interval_centre | default('null') }} as double) as interval_centre,
        cast({{ kpi.interval_margin | default('null') }} as double) as interval_margin,
        cast({{ kpi.open_share | default('null') }} as double) as open_share,
        {{ kpi.window_start | default('cast(null as date)') }} as window_start,
        cast({{ kpi.status_column | default('null') }} as {{ dbt.type_string() }}) as family_status

    from {{ ref(kpi.model) }}

    where
        period_grain in ('{{ kpi.grains | join("', '") }}') -- noqa: LT05
        and dimension in ('{{ (kpi.totals + kpi.dimensions) | join("', '") }}') -- noqa: LT05
    {% if kpi.condition %}and {{ kpi.condition }}{% endif %}

    {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select * from final
