{# The inputs that are the activities of one type: each may come from a feed of its own, or not at all. #}
{% macro activity_feeds() -%}
    {{ return({'calls': 'call', 'emails': 'email', 'meetings': 'meeting'}) }}
{%- endmacro %}
