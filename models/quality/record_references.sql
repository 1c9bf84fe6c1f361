{#- Table, what names its rows, the column that refers, and the table it refers to. -#}
{%- set references = [
    ('accounts', 'account_id', 'master_id', 'accounts'),
    ('activities', 'activity_id', 'opportunity_id', 'opportunities'),
    ('activities', 'activity_id', 'performer_id', 'users'),
    ('activity_participants', 'activity_id', 'activity_id', 'activities'),
    ('clv_predictions', 'account_id', 'account_id', 'accounts'),
    ('compensation', 'user_id', 'user_id', 'users'),
    ('employment_history', 'user_id', 'user_id', 'users'),
    ('activities', 'activity_id', 'lead_id', 'leads'),
    ('campaign_members', 'campaign_id', 'campaign_id', 'campaigns'),
    ('forecasts', 'submission_id', 'team_id', 'teams'),
    ('leads', 'lead_id', 'campaign_id', 'campaigns'),
    ('leads', 'lead_id', 'converted_account_id', 'accounts'),
    ('leads', 'lead_id', 'converted_opportunity_id', 'opportunities'),
    ('leads', 'lead_id', 'duplicate_of_lead_id', 'leads'),
    ('leads', 'lead_id', 'owner_id', 'users'),
    ('market_sizes', 'market_id', 'competitor_id', 'competitors'),
    ('marketing_spend', 'spend_id', 'campaign_id', 'campaigns'),
    ('opportunities', 'opportunity_id', 'account_id', 'accounts'),
    ('opportunities', 'opportunity_id', 'campaign_id', 'campaigns'),
    ('opportunities', 'opportunity_id', 'owner_id', 'users'),
    ('opportunity_competitors', 'opportunity_id', 'competitor_id', 'competitors'),
    ('opportunity_competitors', 'opportunity_id', 'opportunity_id', 'opportunities'),
    ('opportunity_custom_fields', 'opportunity_id', 'opportunity_id', 'opportunities'),
    ('opportunity_field_history', 'opportunity_id', 'opportunity_id', 'opportunities'),
    ('opportunity_field_changes', 'opportunity_id', 'new_value', 'users'),
    ('opportunity_field_changes', 'opportunity_id', 'old_value', 'users'),
    ('opportunity_line_items', 'line_id', 'opportunity_id', 'opportunities'),
    ('opportunity_line_items', 'line_id', 'product_id', 'products'),
    ('opportunity_splits', 'opportunity_id', 'opportunity_id', 'opportunities'),
    ('opportunity_splits', 'opportunity_id', 'user_id', 'users'),
    ('opportunity_stage_history', 'opportunity_id', 'opportunity_id', 'opportunities'),
    ('quotas', 'team_id', 'team_id', 'teams'),
    ('invoice_lines', 'line_id', 'product_id', 'products'),
    ('invoices', 'invoice_id', 'account_id', 'accounts'),
    ('invoices', 'invoice_id', 'opportunity_id', 'opportunities'),
    ('revenue_events', 'revenue_id', 'account_id', 'accounts'),
    ('revenue_events', 'revenue_id', 'opportunity_id', 'opportunities'),
    ('revenue_events', 'revenue_id', 'product_id', 'products'),
    ('subscriptions', 'subscription_id', 'account_id', 'accounts'),
    ('survey_responses', 'response_id', 'account_id', 'accounts'),
    ('team_hierarchy', 'team_id', 'parent_team_id', 'teams'),
    ('team_memberships', 'user_id', 'team_id', 'teams'),
    ('team_memberships', 'user_id', 'user_id', 'users'),
    ('touchpoints', 'touch_id', 'campaign_id', 'campaigns'),
    ('touchpoints', 'touch_id', 'opportunity_id', 'opportunities'),
    ('training_records', 'record_id', 'user_id', 'users'),
    ('user_leave', 'user_id', 'user_id', 'users'),
    ('web_sessions', 'session_id', 'campaign_id', 'campaigns'),
    ('web_sessions', 'session_id', 'lead_id', 'leads'),
] -%}

with

final as (

    {% for table_name, record_id, column_name, member_table in references -%}
    select
        '{{ member_table }}' as member_table,
        '{{ table_name | replace('_changes', '_history') }}' as table_name,
        '{{ column_name }}' as column_name,
        {{ record_id }} as record_id,
        {{ column_name }} as member_id
    from {{ ref('crm_' ~ table_name) }}

    where
        {{ column_name }} is not null
        {%- if column_name.endswith('_value') %}
        and field_name = 'owner_id'
        {%- endif %}
    {% if not loop.last %}
    union all

    {% endif %}
    {%- endfor %}
)

select * from final
