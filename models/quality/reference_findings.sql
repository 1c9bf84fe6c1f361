{#- Table, what names its rows, the column that refers, and the table it refers to. -#}
{%- set references = [
    ('accounts', 'account_id', 'master_id', 'accounts'),
    ('activities', 'activity_id', 'opportunity_id', 'opportunities'),
    ('activities', 'activity_id', 'performer_id', 'users'),
    ('activity_participants', 'activity_id', 'activity_id', 'activities'),
    ('compensation', 'user_id', 'user_id', 'users'),
    ('employment_history', 'user_id', 'user_id', 'users'),
    ('activities', 'activity_id', 'lead_id', 'leads'),
    ('campaign_members', 'campaign_id', 'campaign_id', 'campaigns'),
    ('leads', 'lead_id', 'campaign_id', 'campaigns'),
    ('leads', 'lead_id', 'converted_account_id', 'accounts'),
    ('leads', 'lead_id', 'converted_opportunity_id', 'opportunities'),
    ('leads', 'lead_id', 'duplicate_of_lead_id', 'leads'),
    ('leads', 'lead_id', 'owner_id', 'users'),
    ('marketing_spend', 'spend_id', 'campaign_id', 'campaigns'),
    ('opportunities', 'opportunity_id', 'account_id', 'accounts'),
    ('opportunities', 'opportunity_id', 'campaign_id', 'campaigns'),
    ('opportunities', 'opportunity_id', 'owner_id', 'users'),
    ('opportunity_competitors', 'opportunity_id', 'competitor_id', 'competitors'),
    ('opportunity_competitors', 'opportunity_id', 'opportunity_id', 'opportunities'),
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
    ('user_leave', 'user_id', 'user_id', 'users'),
    ('web_sessions', 'session_id', 'campaign_id', 'campaigns'),
    ('web_sessions', 'session_id', 'lead_id', 'leads'),
] -%}
{%- set members = {
    'accounts': ['unknown_account', 'account_id'],
    'activities': ['unknown_activity', 'activity_id'],
    'campaigns': ['unknown_campaign', 'campaign_id'],
    'competitors': ['unknown_competitor', 'competitor_id'],
    'leads': ['unknown_lead', 'lead_id'],
    'opportunities': ['unknown_deal', 'opportunity_id'],
    'products': ['unknown_product', 'product_id'],
    'teams': ['unknown_team', 'team_id'],
    'users': ['unknown_user', 'user_id'],
} -%}

with

known as (

    {% for member_table, (finding, member_id) in members.items() -%}
    select
        '{{ finding }}' as finding,
        {{ member_id }} as member_id
    from {{ ref('crm_' ~ member_table) }}
    {% if not loop.last %}
    union all

    {% endif %}
    {%- endfor %}
),

named as (

    {% for table_name, record_id, column_name, member_table in references -%}
    select
        '{{ members[member_table][0] }}' as finding,
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
),

-- Where no member at all was delivered, table_not_delivered says so once.
final as (

    select distinct
        named.finding,
        named.table_name,
        named.column_name,
        named.record_id,
        deals.amount_at_stake

    from named

    left join known
        on named.finding = known.finding and named.member_id = known.member_id

    left join {{ ref('crm_opportunity_values') }} as deals
        on named.table_name = 'opportunities' and named.record_id = deals.opportunity_id

    where
        known.member_id is null
        and named.finding in (select any_member.finding from known as any_member)
        and (named.table_name <> 'opportunities' or deals.opportunity_id is not null)

)

select * from final
