{#- The tables that are read, with what names a row of each. -#}
{%- set record_ids = {
    'accounts': ['account_id'],
    'activities': ['activity_id'],
    'activity_participants': ['activity_id', 'participant_id'],
    'campaign_members': ['campaign_id', 'member_id'],
    'campaigns': ['campaign_id'],
    'competitors': ['competitor_id'],
    'clv_predictions': ['account_id', 'model_version', 'made_at'],
    'compensation': ['user_id', 'period_start', 'component'],
    'contacts': ['contact_id'],
    'decisions': ['decision_id'],
    'employment_history': ['user_id', 'valid_from'],
    'exchange_rates': ['currency', 'rate_date', 'rate_type'],
    'forecasts': ['submission_id'],
    'leads': ['lead_id'],
    'market_sizes': ['market_id', 'period_start'],
    'marketing_spend': ['spend_id'],
    'expense_allocation_rules': ['rule_id'],
    'expenses': ['expense_id'],
    'invoice_lines': ['line_id'],
    'invoices': ['invoice_id'],
    'objectives': ['objective_id'],
    'opportunities': ['opportunity_id'],
    'opportunity_competitors': ['opportunity_id', 'competitor_id'],
    'opportunity_custom_fields': ['opportunity_id', 'field'],
    'opportunity_field_history': ['opportunity_id', 'field_name', 'changed_at'],
    'opportunity_line_items': ['line_id'],
    'opportunity_splits': ['opportunity_id', 'user_id', 'split_type'],
    'opportunity_stage_history': ['opportunity_id', 'stage', 'entered_at'],
    'pipelines': ['pipeline_id'],
    'products': ['product_id'],
    'quotas': ['user_id', 'team_id', 'period_start', 'measure'],
    'revenue_events': ['revenue_id'],
    'stages': ['pipeline_id', 'stage'],
    'subscriptions': ['subscription_id', 'line_id', 'valid_from'],
    'survey_responses': ['response_id', 'dimension'],
    'targets': ['target_id'],
    'team_hierarchy': ['team_id', 'valid_from'],
    'team_memberships': ['user_id', 'team_id', 'valid_from'],
    'teams': ['team_id'],
    'touchpoints': ['touch_id'],
    'training_records': ['record_id'],
    'user_leave': ['user_id', 'start_date'],
    'users': ['user_id'],
    'web_sessions': ['session_id'],
    'working_calendar': ['country', 'calendar_date'],
} -%}
{%- set amounts = {
    'compensation': ['amount', 'currency'],
    'marketing_spend': ['amount', 'currency'],
    'expenses': ['amount', 'currency'],
    'forecasts': ['amount', 'currency'],
    'invoice_lines': ['net_amount', 'cast(null as string)'],
    'invoices': ['amount', 'currency'],
    'opportunities': ['amount', 'currency'],
    'opportunity_line_items': ['net_amount', 'cast(null as string)'],
    'quotas': ['amount', 'currency'],
    'revenue_events': ['amount', 'currency'],
    'subscriptions': ['mrr', 'currency'],
} -%}
{%- set no_amount = ['cast(null as decimal(18, 4))', 'cast(null as string)'] -%}

with

final as (

    {% for table_name, columns in record_ids.items() -%}
    select
        '{{ table_name }}' as table_name,
        nullif(
            concat_ws(
                '/'
                {%- for column in columns %},
                cast({{ column }} as string)
                {%- endfor %}
            ),
            ''
        ) as record_id,
        {{ amounts.get(table_name, no_amount)[0] }} as amount_at_stake,
        {{ amounts.get(table_name, no_amount)[1] }} as currency,
        unreadable_columns,
        raw_record,
        reject_reason

    from {{ ref('stg_crm__' ~ table_name) }}
    {% if not loop.last %}
    union all

    {% endif %}
    {%- endfor %}
)

select * from final
