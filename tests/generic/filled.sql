{# The columns are filled in every row. #}
{% test filled(model, columns) %}

select {{ columns | join(', ') }}

from {{ model }}

where
    {%- for column in columns %}
    {{ 'or ' if not loop.first }}{{ column }} is null
    {%- endfor %}

{% endtest %}
