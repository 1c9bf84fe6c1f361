{# A sum as money: of more digits than money has, it is not known, and no build fails for a value. #}
{% macro as_money(expression) -%}
    try_cast({{ expression }} as decimal(18, 4))
{%- endmacro %}
