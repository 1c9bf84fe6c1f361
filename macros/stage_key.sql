{# What makes two labels of a stage one: neither case nor outer spaces tell them apart. #}
{% macro stage_key(label) -%}
    lower(trim({{ label }}))
{%- endmacro %}

{# The stage of the deals whose record names one that no mapping knows. #}
{% macro unmapped_stage() -%}
    Unmapped
{%- endmacro %}
