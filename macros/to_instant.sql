{# The UTC instant of local midnight on a business date. #}
{% macro to_instant(business_date, time_zone) -%}
    {{ return(adapter.dispatch('to_instant')(business_date, time_zone)) }}
{%- endmacro %}

{% macro default__to_instant(business_date, time_zone) -%}
    cast(cast({{ business_date }} as timestamp) at time zone {{ time_zone }} at time zone 'UTC' as timestamp)
{%- endmacro %}

{% macro spark__to_instant(business_date, time_zone) -%}
    to_utc_timestamp(cast({{ business_date }} as timestamp), {{ time_zone }})
{%- endmacro %}
