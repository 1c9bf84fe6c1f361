{# The business date of a UTC instant: engines name the time-zone conversion differently. #}
{% macro to_business_date(instant, time_zone) -%}
    {{ return(adapter.dispatch('to_business_date')(instant, time_zone)) }}
{%- endmacro %}

{% macro default__to_business_date(instant, time_zone) -%}
    cast({{ instant }} at time zone 'UTC' at time zone {{ time_zone }} as date)
{%- endmacro %}

{% macro spark__to_business_date(instant, time_zone) -%}
    cast(from_utc_timestamp({{ instant }}, {{ time_zone }}) as date)
{%- endmacro %}
