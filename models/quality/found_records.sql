{%- set themes = [
    'activity_findings',
    'amount_findings',
    'cost_findings',
    'date_findings',
    'employment_findings',
    'forecast_findings',
    'history_findings',
    'late_findings',
    'lead_findings',
    'mapping_findings',
    'market_findings',
    'membership_findings',
    'opportunity_findings',
    'people_findings',
    'plan_rate_findings',
    'quota_findings',
    'rate_findings',
    'reading_findings',
    'reference_findings',
    'rejection_findings',
    'repair_findings',
    'subscription_findings',
    'table_findings',
    'team_findings',
    'value_findings',
] -%}

with

final as (

    {% for theme in themes -%}
    select * from {{ ref(theme) }}
    {% if not loop.last %}
    union all

    {% endif %}
    {%- endfor %}
)

select * from final
