with

settings as (

    select * from {{ ref('crm_settings') }}

),

final as (

    select table_name, record_count, first_date from {{ ref('crm_input_parts') }}

    union all

    select 'opportunities', record_count, first_date from {{ ref('crm_first_deals') }}

    union all

    select 'opportunity_competitors', count(*), cast(null as date)
    from {{ ref('crm_opportunity_competitors') }}

    union all

    select 'opportunity_line_items', count(*), cast(null as date)
    from {{ ref('crm_opportunity_line_items') }}

    union all

    select
        'leads',
        count(*),
        min({{ to_business_date('leads.created_at', 'settings.reporting_tz') }})

    from {{ ref('crm_leads') }} as leads

    cross join settings

    union all

    select
        'web_sessions',
        count(*),
        min({{ to_business_date('web_sessions.session_start', 'settings.reporting_tz') }})

    from {{ ref('crm_web_sessions') }} as web_sessions

    cross join settings

    union all

    {% for table_name, model, first_date in [
        ('compensation', 'crm_compensation', 'period_start'),
        ('clv_predictions', 'crm_clv_predictions', 'cast(null as date)'),
        ('market_sizes', 'crm_market_sizes', 'period_start'),
        ('marketing_spend', 'crm_marketing_spend', 'spend_date'),
        ('opportunity_splits', 'crm_opportunity_splits', 'cast(null as date)'),
        ('quotas', 'crm_quotas', 'period_start'),
        ('forecasts', 'crm_forecasts', 'period_start'),
        ('expenses', 'crm_expenses', 'expense_date'),
        ('invoices', 'crm_invoices', 'invoice_date'),
        ('revenue_events', 'crm_revenue_events', 'recognized_date'),
        ('subscriptions', 'crm_subscriptions', 'valid_from'),
        ('targets', 'crm_targets', 'start_date'),
    ] %}
    select '{{ table_name }}', count(*), min({{ first_date }}) from {{ ref(model) }}

    union all
    {% endfor %}

    select 'invoice_lines', count(*), cast(null as date) from {{ ref('crm_invoice_lines') }}

    union all

    select
        'training_records',
        count(*),
        min({{ to_business_date('trainings.completed_at', 'settings.reporting_tz') }})

    from {{ ref('crm_training_records') }} as trainings

    cross join settings

    union all

    select
        'touchpoints',
        count(*),
        min({{ to_business_date('touchpoints.occurred_at', 'settings.reporting_tz') }})

    from {{ ref('crm_touchpoints') }} as touchpoints

    cross join settings

    union all

    select
        'survey_responses',
        count(*),
        min({{ to_business_date('responses.responded_at', 'settings.reporting_tz') }})

    from {{ ref('crm_survey_responses') }} as responses

    cross join settings

)

select * from final
