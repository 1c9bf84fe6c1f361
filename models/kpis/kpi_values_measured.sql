{# Every row of a family once for each KPI it holds; its YAML says which column is what. #}
-- depends_on: {{ ref('kpi_booked_meetings') }}, {{ ref('kpi_bookings') }}
-- depends_on: {{ ref('kpi_calls') }}, {{ ref('kpi_campaign_returns') }}
-- depends_on: {{ ref('kpi_closed_deals') }}, {{ ref('kpi_commissions') }}
-- depends_on: {{ ref('kpi_competitive_deals') }}, {{ ref('kpi_costs') }}
-- depends_on: {{ ref('kpi_coverage') }}, {{ ref('kpi_created_pipeline') }}
-- depends_on: {{ ref('kpi_customer_growth') }}, {{ ref('kpi_customer_history') }}
-- depends_on: {{ ref('kpi_customer_value') }}, {{ ref('kpi_data_quality') }}
-- depends_on: {{ ref('kpi_departures') }}, {{ ref('kpi_engagement') }}
-- depends_on: {{ ref('kpi_forecast_coverage') }}, {{ ref('kpi_forecast_submissions') }}
-- depends_on: {{ ref('kpi_forecasts') }}, {{ ref('kpi_headcount') }}
-- depends_on: {{ ref('kpi_invoices') }}, {{ ref('kpi_lead_responses') }}
-- depends_on: {{ ref('kpi_leads') }}, {{ ref('kpi_lost_deals') }}
-- depends_on: {{ ref('kpi_margins') }}, {{ ref('kpi_markets') }}
-- depends_on: {{ ref('kpi_meetings') }}, {{ ref('kpi_nps') }}
-- depends_on: {{ ref('kpi_opened_deals') }}, {{ ref('kpi_pipeline') }}
-- depends_on: {{ ref('kpi_quota') }}, {{ ref('kpi_ramp') }}
-- depends_on: {{ ref('kpi_received_emails') }}, {{ ref('kpi_repeat_purchases') }}
-- depends_on: {{ ref('kpi_required_coverage') }}, {{ ref('kpi_retention') }}
-- depends_on: {{ ref('kpi_revenue') }}, {{ ref('kpi_revenue_growth') }}
-- depends_on: {{ ref('kpi_revenue_volatility') }}, {{ ref('kpi_run_rate') }}
-- depends_on: {{ ref('kpi_satisfaction') }}, {{ ref('kpi_seller_days') }}
-- depends_on: {{ ref('kpi_seller_months') }}, {{ ref('kpi_sellers') }}
-- depends_on: {{ ref('kpi_sent_emails') }}, {{ ref('kpi_service_quality') }}
-- depends_on: {{ ref('kpi_slipped_deals') }}, {{ ref('kpi_sold_lines') }}
-- depends_on: {{ ref('kpi_stage_bottlenecks') }}, {{ ref('kpi_stage_entries') }}
-- depends_on: {{ ref('kpi_stage_visits') }}, {{ ref('kpi_stalled_deals') }}
-- depends_on: {{ ref('kpi_training') }}, {{ ref('kpi_velocity') }}
-- depends_on: {{ ref('kpi_web_traffic') }}
{% set text = dbt.type_string() %}
with

kpi_slices as (

    select * from {{ ref('kpi_slices') }}

),

measured as (

    {% for family in kpi_families() %}
    select
        kpi_slices.kpi_id,
        family.period_grain,
        family.period_start,
        family.dimension,
        family.dimension_id,
        {{ kpi_column(family.kpis, 'part', text) }} as part,
        {{ kpi_column(family.kpis, 'part_label', text) }} as part_label,
        {{ kpi_column(family.kpis, 'numerator', 'double') }} as numerator,
        {{ kpi_column(family.kpis, 'denominator', 'double') }} as denominator,
        {{ kpi_column(family.kpis, 'column', 'double') }} as value,
        {{ kpi_column(family.kpis, 'sample_size', 'bigint') }} as sample_size,
        {{ kpi_column(family.kpis, 'interval_centre', 'double') }} as interval_centre,
        {{ kpi_column(family.kpis, 'interval_margin', 'double') }} as interval_margin,
        {{ kpi_column(family.kpis, 'open_share', 'double') }} as open_share,
        {{ kpi_column(family.kpis, 'window_start', 'date') }} as window_start,
        {{ kpi_column(family.kpis, 'status_column', text) }} as family_status,
        {{ kpi_column(family.kpis, 'condition', 'boolean') }} as is_defined

    from {{ ref(family.model) }} as family

    inner join kpi_slices
        on
            family.period_grain = kpi_slices.period_grain
            and family.dimension = kpi_slices.dimension
            and kpi_slices.model = '{{ family.model }}'

    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

-- Days and weeks, of which there are many, are told only where something was counted.
final as (

    select
        kpi_id,
        period_grain,
        period_start,
        dimension,
        dimension_id,
        coalesce(part, 'all') as part,
        coalesce(part_label, 'All') as part_label,
        numerator,
        denominator,
        value,
        sample_size,
        interval_centre,
        interval_margin,
        open_share,
        window_start,
        family_status

    from measured

    where
        coalesce(is_defined, true)
        and (period_grain not in ('day', 'week') or dimension = 'total' or sample_size > 0)

)

select * from final
