{#
    The part of the change of a product of three factors that one of them made, as money. Each factor is a pair of
    columns, <name>_before and <name>_after.

    Where all are above zero it is the logarithm of the factor's own change times the logarithmic mean of the product,
    so the parts of the three make the change whatever their order. Where one is zero there is no logarithm, and the
    mean over all orders of changing one after the other stands in (Shapley). A factor of nothing, such as the size of
    no deal, has not changed.
#}
{% macro change_by_factor(factor, second, third) -%}
    {%- set names = {} -%}
    {%- for name in (factor, second, third) -%}
        {%- do names.update({
            name: [
                'cast(coalesce(' ~ name ~ '_before, ' ~ name ~ '_after, 0) as double)',
                'cast(coalesce(' ~ name ~ '_after, ' ~ name ~ '_before, 0) as double)',
            ],
        }) -%}
    {%- endfor -%}
    {%- set (x1, x2), (y1, y2), (z1, z2) = names[factor], names[second], names[third] -%}
    {%- set before = '(' ~ [x1, y1, z1] | join(' * ') ~ ')' -%}
    {%- set after = '(' ~ [x2, y2, z2] | join(' * ') ~ ')' -%}
    {{ round_to_decimal(
        'case
            when ' ~ before ~ ' <= 0 or ' ~ after ~ ' <= 0
                then (' ~ x2 ~ ' - ' ~ x1 ~ ') * (
                    2 * ' ~ y1 ~ ' * ' ~ z1 ~ ' + ' ~ y1 ~ ' * ' ~ z2 ~ '
                    + ' ~ y2 ~ ' * ' ~ z1 ~ ' + 2 * ' ~ y2 ~ ' * ' ~ z2 ~ '
                ) / 6
            when abs(ln(' ~ after ~ ' / ' ~ before ~ ')) < 1e-9
                then ' ~ before ~ ' * ln(' ~ x2 ~ ' / ' ~ x1 ~ ')
            else
                (' ~ after ~ ' - ' ~ before ~ ') / ln(' ~ after ~ ' / ' ~ before ~ ')
                * ln(' ~ x2 ~ ' / ' ~ x1 ~ ')
        end',
        38, 4
    ) }}
{%- endmacro %}
