{# One test of a model's key: unique, filled in every column, and filled columns beside it. #}
{% test key(model, columns, filled=[]) %}

select
    {{ columns | join(', ') }},
    count(*) as row_count

from {{ model }}

group by {{ columns | join(', ') }}

having
    count(*) > 1
    {%- for column in columns %}
    or {{ column }} is null
    {%- endfor %}
    {%- for column in filled %}
    or count({{ column }}) < count(*)
    {%- endfor %}

{% endtest %}
