{# Every row of a family once for each KPI it holds; its YAML says which column is what. #}
{% for family in [
    'kpi_acquisition', 'kpi_booked_meetings', 'kpi_bookings', 'kpi_calls', 'kpi_campaign_returns',
    'kpi_closed_deals', 'kpi_commissions', 'kpi_competitive_deals', 'kpi_costs', 'kpi_coverage',
    'kpi_created_pipeline', 'kpi_customer_growth', 'kpi_customer_history', 'kpi_customer_value',
    'kpi_data_quality', 'kpi_departures', 'kpi_engagement', 'kpi_forecast_coverage',
    'kpi_forecast_submissions', 'kpi_forecasts', 'kpi_headcount', 'kpi_invoices',
    'kpi_lead_responses', 'kpi_leads', 'kpi_lost_deals', 'kpi_margins', 'kpi_markets',
    'kpi_meetings', 'kpi_nps', 'kpi_opened_deals', 'kpi_pipeline', 'kpi_predicted_values',
    'kpi_quota', 'kpi_ramp', 'kpi_received_emails', 'kpi_repeat_purchases',
    'kpi_required_coverage', 'kpi_retention', 'kpi_revenue', 'kpi_revenue_growth',
    'kpi_revenue_volatility', 'kpi_run_rate', 'kpi_satisfaction', 'kpi_seller_days',
    'kpi_seller_months', 'kpi_sellers', 'kpi_sent_emails', 'kpi_service_quality',
    'kpi_slipped_deals', 'kpi_sold_lines', 'kpi_stage_bottlenecks', 'kpi_stage_entries',
    'kpi_stage_visits', 'kpi_stalled_deals', 'kpi_training', 'kpi_velocity', 'kpi_web_traffic',
] %}
-- depends_on: {{ ref(family) }}
{% endfor %}
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
