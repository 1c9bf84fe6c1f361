{#- Columns that know only these values, with what names a row. -#}
{%- set known_values = [
    ('activities', 'activity_id', 'activity_type', ['call', 'email', 'meeting', 'task', 'note',
        'chat']),
    ('exchange_rates', 'currency', 'rate_type', ['spot', 'plan']),
    ('leads', 'lead_id', 'status', ['new', 'working', 'qualified', 'disqualified', 'converted', 'spam']),
    ('opportunities', 'opportunity_id', 'opportunity_type', ['new', 'expansion_upsell',
        'expansion_cross_sell', 'renewal', 'contraction', 'credit']),
    ('opportunity_field_history', "concat_ws('/', field_name, opportunity_id)", 'field_name', ['amount',
        'currency', 'expected_close_date', 'owner_id', 'stage']),
    ('opportunity_splits', 'opportunity_id', 'split_type', ['revenue', 'overlay']),
    ('quotas', 'coalesce(user_id, team_id)', 'measure', ['bookings_acv', 'bookings_tcv',
        'revenue', 'units', 'new_logos']),
    ('expenses', 'expense_id', 'category', ['sales_base', 'sales_benefits', 'commission',
        'sales_travel', 'sales_tools', 'enablement', 'sales_overhead', 'marketing_media',
        'marketing_programmes', 'marketing_people', 'cogs', 'other']),
    ('invoices', 'invoice_id', 'invoice_type', ['invoice', 'credit_note']),
    ('revenue_events', 'revenue_id', 'event_type', ['recognized', 'credit', 'deferred_release']),
    ('subscriptions', 'subscription_id', 'status', ['active', 'pending_renewal', 'cancelled',
        'expired']),
    ('survey_responses', 'response_id', 'survey_type', ['nps_relationship', 'nps_transactional',
        'csat', 'service_quality', 'enps']),
] -%}

with

final as (

    {% for table_name, record_id, column_name, values in known_values -%}
    select
        'unknown_value' as finding,
        '{{ table_name }}' as table_name,
        '{{ column_name }}' as column_name,
        {{ record_id }} as record_id,
        cast(null as decimal(18, 4)) as amount_at_stake

    from {{ ref('crm_' ~ table_name) }}

    where
        {{ column_name }} not in (
            {%- for value in values %}
            '{{ value }}'
            {%- if not loop.last %},{% endif %}
            {%- endfor %}
        )

    union all

    {% endfor -%}

    -- A net promoter scale is 0 to 10 by definition; other scales are known only where delivered.
    select
        'score_outside_the_scale' as finding,
        'survey_responses' as table_name,
        'score' as column_name,
        response_id as record_id,
        cast(null as decimal(18, 4)) as amount_at_stake

    from {{ ref('crm_survey_responses') }}

    where
        score < coalesce(scale_min, case when survey_type like '%nps%' then 0 end)
        or score > coalesce(scale_max, case when survey_type like '%nps%' then 10 end)

)

select * from final
