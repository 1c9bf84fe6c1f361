{# Whole seconds from one instant to another as bigint: engines count them in numbers of different width. #}
{% macro seconds_between(start_instant, end_instant) -%}
    cast({{ dbt.datediff(start_instant, end_instant, 'second') }} as bigint)
{%- endmacro %}
