with

settings as (

    select * from {{ ref('crm_settings') }}

),

final as (

    select table_name, record_count, first_date from {{ ref('crm_input_parts') }}

    union all

    select 'opportunities', record_count, first_date from {{ ref('crm_first_deals') }}

    union all

    {% for table_name, model, instant in [
        ('leads', 'crm_leads', 'created_at'),
        ('survey_responses', 'crm_survey_responses', 'responded_at'),
        ('touchpoints', 'crm_touchpoints', 'occurred_at'),
        ('training_records', 'crm_training_records', 'completed_at'),
        ('web_sessions', 'crm_web_sessions', 'session_start'),
    ] %}
    select
        '{{ table_name }}',
        count(*),
        min({{ to_business_date('records.' ~ instant, 'settings.reporting_tz') }})

    from {{ ref(model) }} as records

    cross join settings

    union all
    {% endfor %}

    {% for table_name, model, first_date in [
        ('clv_predictions', 'crm_clv_predictions', 'cast(null as date)'),
        ('compensation', 'crm_compensation', 'period_start'),
        ('expenses', 'crm_expenses', 'expense_date'),
        ('forecasts', 'crm_forecasts', 'period_start'),
        ('invoice_lines', 'crm_invoice_lines', 'cast(null as date)'),
        ('invoices', 'crm_invoices', 'invoice_date'),
        ('market_sizes', 'crm_market_sizes', 'period_start'),
        ('marketing_spend', 'crm_marketing_spend', 'spend_date'),
        ('opportunity_competitors', 'crm_opportunity_competitors', 'cast(null as date)'),
        ('opportunity_line_items', 'crm_opportunity_line_items', 'cast(null as date)'),
        ('opportunity_splits', 'crm_opportunity_splits', 'cast(null as date)'),
        ('quotas', 'crm_quotas', 'period_start'),
        ('revenue_events', 'crm_revenue_events', 'recognized_date'),
        ('subscriptions', 'crm_subscriptions', 'valid_from'),
        ('targets', 'crm_targets', 'start_date'),
    ] %}
    select '{{ table_name }}', count(*), min({{ first_date }}) from {{ ref(model) }}

    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select * from final
