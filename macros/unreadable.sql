{# The column's name when its raw text does not read as the type, else null. #}
{% macro unreadable(column_name, data_type) -%}
    case
        when {{ column_name }} is not null and {{ read_as(column_name, data_type) }} is null
            then '{{ column_name }}'
    end
{%- endmacro %}
