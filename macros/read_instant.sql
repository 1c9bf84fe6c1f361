{# Text as a UTC instant: '10:00+02:00' is 08:00, which one engine reads as 10:00 unless told of the zone. #}
{% macro read_instant(column_name) -%}
    {{ return(adapter.dispatch('read_instant')(column_name)) }}
{%- endmacro %}

{% macro default__read_instant(column_name) -%}
    {#- Text without an offset needs no time zone, and reading one is five times as dear. -#}
    case
        when {{ column_name }} like '____-__-__ __:__:__' then try_cast({{ column_name }} as timestamp)
        else try_cast({{ column_name }} as timestamptz) at time zone 'UTC'
    end
{%- endmacro %}

{% macro spark__read_instant(column_name) -%}
    try_cast({{ column_name }} as timestamp)
{%- endmacro %}
