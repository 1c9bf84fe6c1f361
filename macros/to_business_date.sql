{# The business date of a UTC instant: engines name the time-zone conversion differently.
   UTC needs none, and a conversion costs a hundred times a cast. #}
{% macro to_business_date(instant, time_zone) -%}
    case
        when {{ time_zone }} = 'UTC' then cast({{ instant }} as date)
        else {{ adapter.dispatch('to_local_date')(instant, time_zone) }}
    end
{%- endmacro %}

{% macro default__to_local_date(instant, time_zone) -%}
    cast({{ instant }} at time zone 'UTC' at time zone {{ time_zone }} as date)
{%- endmacro %}

{% macro spark__to_local_date(instant, time_zone) -%}
    cast(from_utc_timestamp({{ instant }}, {{ time_zone }}) as date)
{%- endmacro %}
