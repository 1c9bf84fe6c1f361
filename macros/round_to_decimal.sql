{# A double as a decimal, rounded to the nearest. The rounding is done in doubles, where engines agree to the bit:
   their casts take 69082.03325 up or down, as one looks at its digits and the other at the number behind them.
   A number that does not fit is not known. #}
{% macro round_to_decimal(expression, precision=18, scale=4) -%}
    try_cast(round(({{ expression }}) * 1e{{ scale }}) / 1e{{ scale }} as decimal({{ precision }}, {{ scale }}))
{%- endmacro %}
