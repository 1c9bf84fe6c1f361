{#- Where a crm model adds rows of its own, or there is none, staging counts the accepted rows. -#}
{%- set accepted_rows = {
    'accounts': 'crm_accounts',
    'activities': 'crm_activities',
    'activity_participants': 'crm_activity_participants',
    'campaign_members': 'crm_campaign_members',
    'campaigns': 'crm_campaigns',
    'clv_predictions': 'crm_clv_predictions',
    'competitors': 'crm_competitors',
    'compensation': 'crm_compensation',
    'contacts': 'crm_contacts',
    'decisions': 'crm_decisions',
    'employment_history': 'crm_employment_history',
    'exchange_rates': 'crm_exchange_rates',
    'forecasts': 'crm_forecasts',
    'leads': 'crm_leads',
    'market_sizes': 'stg_crm__market_sizes',
    'marketing_spend': 'crm_marketing_spend',
    'expense_allocation_rules': 'stg_crm__expense_allocation_rules',
    'expenses': 'crm_expenses',
    'invoice_lines': 'crm_invoice_lines',
    'invoices': 'crm_invoices',
    'objectives': 'crm_objectives',
    'opportunities': 'crm_opportunities',
    'opportunity_competitors': 'crm_opportunity_competitors',
    'opportunity_custom_fields': 'crm_opportunity_custom_fields',
    'opportunity_field_history': 'crm_opportunity_field_history',
    'opportunity_line_items': 'crm_opportunity_line_items',
    'opportunity_splits': 'crm_opportunity_splits',
    'opportunity_stage_history': 'crm_opportunity_stage_history',
    'pipelines': 'stg_crm__pipelines',
    'products': 'crm_products',
    'quotas': 'crm_quotas',
    'revenue_events': 'crm_revenue_events',
    'stages': 'stg_crm__stages',
    'subscriptions': 'crm_subscriptions',
    'survey_responses': 'crm_survey_responses',
    'targets': 'crm_targets',
    'team_hierarchy': 'stg_crm__team_hierarchy',
    'team_memberships': 'crm_team_memberships',
    'teams': 'crm_teams',
    'touchpoints': 'crm_touchpoints',
    'training_records': 'crm_training_records',
    'user_leave': 'crm_user_leave',
    'users': 'crm_users',
    'web_sessions': 'crm_web_sessions',
    'working_calendar': 'crm_working_calendar',
} -%}

with

final as (

    {% for table_name, model in accepted_rows.items() -%}
    select
        '{{ table_name }}' as table_name,
        count(*) as accepted_rows

    from {{ ref(model) }}
    {%- if model.startswith('stg_') %}

    where reject_reason is null
    {%- endif %}
    {% if not loop.last %}
    union all

    {% endif %}
    {%- endfor %}
)

select * from final
