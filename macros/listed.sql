{# The values of a group as one text, in order: engines have no common ordered aggregate. #}
{% macro listed(expression) -%}
    {{ return(adapter.dispatch('listed')(expression)) }}
{%- endmacro %}

{% macro default__listed(expression) -%}
    string_agg({{ expression }}, ', ' order by {{ expression }})
{%- endmacro %}

{% macro spark__listed(expression) -%}
    {#- No values make no text, as elsewhere, not an empty one. -#}
    case
        when count({{ expression }}) > 0
            then array_join(array_sort(collect_list({{ expression }})), ', ')
    end
{%- endmacro %}
