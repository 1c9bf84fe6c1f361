{# The column's name when its raw text does not read as the type, with a mark when its date cannot be true, else null. #}
{% macro unreadable(column_name, data_type) -%}
    case
        when {{ column_name }} is not null
            and {{ read_as(column_name, written_type(data_type)) }} is null
            then '{{ column_name }}'
        {%- if data_type != written_type(data_type) %}
        when not ({{ is_plausible(column_name, data_type) }}) then 'implausible {{ column_name }}'
        {%- endif %}
    end
{%- endmacro %}

{# Whether a column stands among the unreadable ones of a row; an implausible date counts as an empty one. #}
{% macro is_unreadable(column_name) -%}
    concat_ws('', ', ', unreadable_columns, ',') like '%, {{ column_name }},%'
{%- endmacro %}
