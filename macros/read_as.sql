{# Text as a value of a type; null where it does not read as one. Engines cast other texts than each other: one takes
   today's date for 'today' and 5 for '5d', another 1000 for '1_000' and a day for '2024-01-05abc'. Here only ISO dates
   (or with slashes), plain numbers and words for true and false are read, whatever the engine. #}
{% macro read_as(column_name, data_type) -%}
    {%- if data_type == 'date' -%}
        {{ read_date(column_name) }}
    {%- elif data_type == 'timestamp' -%}
        {{ read_instant(column_name) }}
    {%- elif data_type == 'boolean' -%}
        {{ read_boolean(column_name) }}
    {%- else -%}
        {{ read_number(column_name, data_type) }}
    {%- endif -%}
{%- endmacro %}

{% macro read_date(column_name) -%}
    {#- A year before 0001 starts with a sign. -#}
    case
        when {{ column_name }} like '____-__-__' and {{ column_name }} >= '0'
            then try_cast({{ column_name }} as date)
        else try_cast(
            replace(
                regexp_extract(
                    {{ column_name }}, '^[ ]*([0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2})([ T].*)?$', 1
                ),
                '/',
                '-'
            ) as date
        )
    end
{%- endmacro %}

{% macro read_boolean(column_name) -%}
    case
        when {{ column_name }} in ('true', 'false') then {{ column_name }} = 'true'
        else try_cast(
            regexp_extract({{ column_name }}, '^[ ]*([A-Za-z01]+)[ ]*$', 1) as boolean
        )
    end
{%- endmacro %}

{% macro read_number(column_name, data_type) -%}
    case
        when regexp_extract(
            {{ column_name }}, '^[ ]*[+-]?[0-9.]+([eE][+-]?[0-9]{1,2})?[ ]*$', 0
        ) <> ''
            then try_cast({{ column_name }} as {{ data_type }})
    end
{%- endmacro %}
