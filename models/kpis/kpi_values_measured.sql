{# Every row of a family once for each KPI it holds; its YAML says which column is what. #}
-- depends_on: {{ ref('kpi_acquisition') }}, {{ ref('kpi_booked_meetings') }}
-- depends_on: {{ ref('kpi_bookings') }}, {{ ref('kpi_calls') }}
-- depends_on: {{ ref('kpi_campaign_returns') }}, {{ ref('kpi_closed_deals') }}
-- depends_on: {{ ref('kpi_commissions') }}, {{ ref('kpi_competitive_deals') }}
-- depends_on: {{ ref('kpi_costs') }}, {{ ref('kpi_coverage') }}
-- depends_on: {{ ref('kpi_created_pipeline') }}, {{ ref('kpi_customer_growth') }}
-- depends_on: {{ ref('kpi_customer_history') }}, {{ ref('kpi_customer_value') }}
-- depends_on: {{ ref('kpi_data_quality') }}, {{ ref('kpi_departures') }}
-- depends_on: {{ ref('kpi_engagement') }}, {{ ref('kpi_forecast_coverage') }}
-- depends_on: {{ ref('kpi_forecast_submissions') }}, {{ ref('kpi_forecasts') }}
-- depends_on: {{ ref('kpi_headcount') }}, {{ ref('kpi_invoices') }}
-- depends_on: {{ ref('kpi_lead_responses') }}, {{ ref('kpi_leads') }}
-- depends_on: {{ ref('kpi_lost_deals') }}, {{ ref('kpi_margins') }}, {{ ref('kpi_markets') }}
-- depends_on: {{ ref('kpi_meetings') }}, {{ ref('kpi_nps') }}, {{ ref('kpi_opened_deals') }}
-- depends_on: {{ ref('kpi_pipeline') }}, {{ ref('kpi_predicted_values') }}
-- depends_on: {{ ref('kpi_quota') }}, {{ ref('kpi_ramp') }}, {{ ref('kpi_received_emails') }}
-- depends_on: {{ ref('kpi_repeat_purchases') }}, {{ ref('kpi_required_coverage') }}
-- depends_on: {{ ref('kpi_retention') }}, {{ ref('kpi_revenue') }}
-- depends_on: {{ ref('kpi_revenue_growth') }}, {{ ref('kpi_revenue_volatility') }}
-- depends_on: {{ ref('kpi_run_rate') }}, {{ ref('kpi_satisfaction') }}
-- depends_on: {{ ref('kpi_seller_days') }}, {{ ref('kpi_seller_months') }}
-- depends_on: {{ ref('kpi_sellers') }}, {{ ref('kpi_sent_emails') }}
-- depends_on: {{ ref('kpi_service_quality') }}, {{ ref('kpi_slipped_deals') }}
-- depends_on: {{ ref('kpi_sold_lines') }}, {{ ref('kpi_stage_bottlenecks') }}
-- depends_on: {{ ref('kpi_stage_entries') }}, {{ ref('kpi_stage_visits') }}
-- depends_on: {{ ref('kpi_stalled_deals') }}, {{ ref('kpi_training') }}
-- depends_on: {{ ref('kpi_velocity') }}, {{ ref('kpi_web_traffic') }}
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
