{# The end of a range that may still run. In a join "or valid_to is null" would make an engine compare every
   pair of rows; an expression on one side lets it hash. #}
{% macro open_end(column_name) -%}
    coalesce({{ column_name }}, date '9999-12-31')
{%- endmacro %}
