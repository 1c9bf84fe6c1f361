{# Text as a UTC instant: '10:00+02:00' is 08:00, which one engine reads as 10:00 unless told of the zone. #}
{% macro read_instant(column_name) -%}
    {{ return(adapter.dispatch('read_instant')(column_name)) }}
{%- endmacro %}

{% macro default__read_instant(column_name) -%}
    try_cast({{ column_name }} as timestamptz) at time zone 'UTC'
{%- endmacro %}

{% macro spark__read_instant(column_name) -%}
    try_cast({{ column_name }} as timestamp)
{%- endmacro %}
