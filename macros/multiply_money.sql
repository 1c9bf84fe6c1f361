{# Money times a rate or a share, rounded once, half away from zero.
   The casts keep one engine from overflowing at the first million (DECIMAL(18) times DECIMAL(18)). #}
{% macro multiply_money(amount, factor) -%}
    cast(
        cast({{ amount }} as decimal(19, 4)) * cast({{ factor }} as decimal(18, 8))
        as decimal(18, 4)
    )
{%- endmacro %}
