{# Whether a category of the ledger is a cost of selling, or of marketing. #}
{% macro is_selling_cost(category) -%}
    {{ category }} in (
            'sales_base', 'sales_benefits', 'commission', 'sales_travel', 'sales_tools',
            'enablement', 'sales_overhead'
        )
{%- endmacro %}

{% macro is_marketing_cost(category) -%}
    {{ category }} in ('marketing_media', 'marketing_programmes', 'marketing_people')
{%- endmacro %}
