{# The dimension that a custom field of deals is: prefixed, so that it never collides with another. #}
{% macro custom_dimension(field) -%}
    'custom_' || {{ field }}
{%- endmacro %}

{# Whether a dimension is one of the list, in which custom_field stands for every custom field. #}
{% macro is_among(dimension, listed) -%}
    (
        {{ dimension }} in ('{{ listed | reject('equalto', 'custom_field') | join("', '") }}')
        {%- if 'custom_field' in listed %}
        or {{ dimension }} like 'custom!_%' escape '!'
        {%- endif %}
    )
{%- endmacro %}

{# Names and values of a group as one JSON object, in the order of the names. #}
{% macro json_object_of(name, value) -%}
    {{ return(adapter.dispatch('json_object_of')(name, value)) }}
{%- endmacro %}

{% macro default__json_object_of(name, value) -%}
    cast(to_json(map_from_entries(list(({{ name }}, {{ value }}) order by {{ name }}))) as string)
{%- endmacro %}

{% macro spark__json_object_of(name, value) -%}
    to_json(map_from_entries(sort_array(collect_list(struct({{ name }}, {{ value }})))))
{%- endmacro %}
