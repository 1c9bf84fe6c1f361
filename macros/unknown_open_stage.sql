{# The stage of a deal before its close, where no history tells which one it was. #}
{% macro unknown_open_stage() -%}
    (open, stage not recorded)
{%- endmacro %}
