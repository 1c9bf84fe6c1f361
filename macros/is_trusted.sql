{# Whether a value says what it seems to: not of half a period, nor of a cohort that is still open (G16, G25). #}
{% macro is_trusted(value_status) -%}
    {{ value_status }} in ('ok', 'window_180', 'window_365')
{%- endmacro %}
