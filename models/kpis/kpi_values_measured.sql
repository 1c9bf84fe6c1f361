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
    'kpi_won_deals',
] %}
-- depends_on: {{ ref(family) }}
{% endfor %}
with

kpi_slices as (

    select * from {{ ref('kpi_slices') }}

),

measured as (

    {{ rows_of_families(kpi_families()) }}

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
