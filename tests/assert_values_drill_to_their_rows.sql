-- The sample size of a KPI is the number of rows that the catalogue says it is counted from, by the
-- same date and the same columns: one KPI of each family that names them, in months, for the total
-- and regions; balances once the day is over. A record that needs a period whole has an end.
-- depends_on: {{ ref('fct_activities') }}
-- depends_on: {{ ref('fct_campaign_returns') }}
-- depends_on: {{ ref('fct_due_deals') }}
-- depends_on: {{ ref('fct_expenses') }}
-- depends_on: {{ ref('fct_forecast_deadlines') }}
-- depends_on: {{ ref('fct_forecasts') }}
-- depends_on: {{ ref('fct_invoices') }}
-- depends_on: {{ ref('fct_lead_responses') }}
-- depends_on: {{ ref('fct_leads') }}
-- depends_on: {{ ref('fct_opportunities') }}
-- depends_on: {{ ref('fct_pipeline_health') }}
-- depends_on: {{ ref('fct_pipeline_snapshots') }}
-- depends_on: {{ ref('fct_rep_days') }}
-- depends_on: {{ ref('fct_revenue') }}
-- depends_on: {{ ref('fct_sold_lines') }}
-- depends_on: {{ ref('fct_survey_responses') }}
-- depends_on: {{ ref('fct_web_sessions') }}
{% set drilled = [] %}
{% for family in kpi_families() if family.kpis[0].drill %}
{% do drilled.append(family.kpis[0]) %}
{% endfor %}
with

-- The parts of a share are counted from the same rows.
kpi_values as (

    select distinct
        kpi_id,
        period_start,
        period_end,
        dimension,
        dimension_id,
        measured_at,
        sample_size

    from {{ ref('kpi_values') }}

    where
        period_grain = 'month'
        and dimension in ('total', 'region')
        and kpi_id in ('none'{% for kpi in drilled %}, '{{ kpi.drill.kpi }}'{% endfor %})
        and (
            dimension = 'total'
            or kpi_id not in (
                'none'
                {%- for kpi in drilled if kpi.drill.is_of_total -%}
                , '{{ kpi.drill.kpi }}'
                {%- endfor %}
            )
        )
        and value_status <> 'not_covered'
        and (is_complete or measured_at is null)

),

source_rows as (

    {% for kpi in drilled %}
    select
        '{{ kpi.drill.kpi }}' as kpi_id,
        {{ kpi.drill.date }} as counted_date,
        {{ kpi.drill.end or 'cast(null as date)' }} as counted_end,
        {{ (kpi.measured == 'end') | lower }} as is_balance,
        {% if 'region' in kpi.dimensions and not kpi.drill.is_of_total -%}
        region_id
        {%- else -%}
        'all' as region_id
        {%- endif %}

    from {{ ref(kpi.drill.relation) }}

    where {{ kpi.drill.condition }}
    {% if not loop.last %}
    union all

    {% endif %}
    {% endfor %}

),

counted as (

    select
        kpi_values.kpi_id,
        kpi_values.period_start,
        kpi_values.dimension,
        kpi_values.dimension_id,
        max(coalesce(kpi_values.sample_size, 0)) as sample_size,
        count(source_rows.kpi_id) as row_count

    from kpi_values

    left join source_rows
        on
            kpi_values.kpi_id = source_rows.kpi_id
            and case
                when source_rows.is_balance then kpi_values.measured_at = source_rows.counted_date
                else
                    kpi_values.period_start <= source_rows.counted_date
                    and kpi_values.period_end > source_rows.counted_date
                    and coalesce(kpi_values.period_end >= source_rows.counted_end, true)
            end
            and (
                kpi_values.dimension = 'total' or kpi_values.dimension_id = source_rows.region_id
            )

    group by
        kpi_values.kpi_id, kpi_values.period_start, kpi_values.dimension, kpi_values.dimension_id

)

select * from counted
where sample_size <> row_count
