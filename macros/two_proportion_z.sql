{# How many standard errors lie between two shares; beyond 1.96 they differ. None where either is of nothing, or both
   are all or nothing. #}
{% macro two_proportion_z(wins, deals, other_wins, other_deals) -%}
    {%- set pooled = 'cast(' ~ wins ~ ' + ' ~ other_wins ~ ' as double) / (' ~ deals ~ ' + ' ~ other_deals ~ ')' -%}
    case
        when
            {{ deals }} > 0 and {{ other_deals }} > 0
            and {{ wins }} + {{ other_wins }} between 1 and {{ deals }} + {{ other_deals }} - 1
            then
                (
                    cast({{ wins }} as double) / {{ deals }}
                    - cast({{ other_wins }} as double) / {{ other_deals }}
                )
                / sqrt(
                    ({{ pooled }}) * (1 - ({{ pooled }}))
                    * (1e0 / {{ deals }} + 1e0 / {{ other_deals }})
                )
    end
{%- endmacro %}
