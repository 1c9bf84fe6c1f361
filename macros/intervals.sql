{# Half the width of the 95 % interval of a difference of two shares of one sample, in points
   (variance of promoters minus detractors: p + d - (p - d)^2). An empty sample is NULL, not 0. #}
{% macro nps_margin(promoter_share, detractor_share, sample) -%}
    100 * 1.959964 * sqrt(
        (
            {{ promoter_share }} + {{ detractor_share }}
            - ({{ promoter_share }} - {{ detractor_share }})
            * ({{ promoter_share }} - {{ detractor_share }})
        ) / ({{ sample }})
    )
{%- endmacro %}

{# One bound of the 95 % Wilson interval of successes in n trials; sign is '-' for the low, '+' for the high one. #}
{% macro wilson_bound(successes, trials, sign) -%}
    (
        {{ successes }} + 1.959964 * 1.959964 / 2
        {{ sign }} 1.959964 * sqrt(
            {{ successes }} * ({{ trials }} - {{ successes }}) / nullif({{ trials }}, 0)
            + 1.959964 * 1.959964 / 4
        )
    ) / ({{ trials }} + 1.959964 * 1.959964)
{%- endmacro %}
