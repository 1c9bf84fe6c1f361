{# Money times a rate or a share, rounded once to four places, half away from zero.
   Exact decimals are thirty times slower than doubles, and a double rounds alike unless the product is huge or
   within a thousandth of a tie, so decimals do only those rows. Their casts keep one engine from overflowing at the
   first million (DECIMAL(18) times DECIMAL(18)). What fits in no decimal is not known: a finding names it, and no
   build fails for a number typed into the wrong field. #}
{% macro multiply_money(amount, factor) -%}
    {%- set product = 'cast(' ~ amount ~ ' as double) * cast(' ~ factor ~ ' as double)' -%}
    case
        when abs({{ product }}) < 1e8 and abs(abs({{ product }} * 1e4) % 1 - 0.5) > 0.001
            then cast({{ product }} as decimal(18, 4))
        else try_cast(
            try_cast({{ amount }} as decimal(19, 4)) * try_cast({{ factor }} as decimal(18, 8))
            as decimal(18, 4)
        )
    end
{%- endmacro %}
