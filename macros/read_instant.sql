{# Text as a UTC instant: an ISO date, with a time and an offset if there is one. '10:00+02:00' is 08:00, which one
   engine reads as 10:00 unless told of the zone; only texts that engines read alike get that far. #}
{% macro read_instant(column_name) -%}
    {#- Text without an offset needs no time zone, and reading one is five times as dear. -#}
    case
        when
            {{ column_name }} like '____-__-__ __:__:__'
            and {{ column_name }} >= '0'
            and {{ column_name }} not like '% 24:%'
            then try_cast({{ column_name }} as timestamp)
        when
            regexp_extract(
                {{ column_name }},
                '^[ ]*[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([ T]([01]?[0-9]|2[0-3]):[0-9]{1,2}(:[0-9]{1,2}([.][0-9]*)?)?(Z| UTC|[+-][0-9]{2}(:?[0-9]{2})?)?)?[ ]*$',
                0
            ) <> ''
            then {{ adapter.dispatch('read_zoned_instant')(column_name) }}
    end
{%- endmacro %}

{% macro default__read_zoned_instant(column_name) -%}
    try_cast({{ column_name }} as timestamptz) at time zone 'UTC'
{%- endmacro %}

{% macro spark__read_zoned_instant(column_name) -%}
    try_cast({{ column_name }} as timestamp)
{%- endmacro %}
