{# Days from one date to another as bigint: engines count them in numbers of different width, contracts do not. #}
{% macro days_between(start_date, end_date) -%}
    cast({{ dbt.datediff(start_date, end_date, 'day') }} as bigint)
{%- endmacro %}
