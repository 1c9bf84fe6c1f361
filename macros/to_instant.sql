{# The UTC instant of local midnight on a business date; UTC needs no conversion, and one is dear. #}
{% macro to_instant(business_date, time_zone) -%}
    case
        when {{ time_zone }} = 'UTC' then cast({{ business_date }} as timestamp)
        else {{ adapter.dispatch('to_utc_instant')(business_date, time_zone) }}
    end
{%- endmacro %}

{% macro default__to_utc_instant(business_date, time_zone) -%}
    cast(cast({{ business_date }} as timestamp) at time zone {{ time_zone }} at time zone 'UTC' as timestamp)
{%- endmacro %}

{% macro spark__to_utc_instant(business_date, time_zone) -%}
    to_utc_timestamp(cast({{ business_date }} as timestamp), {{ time_zone }})
{%- endmacro %}
