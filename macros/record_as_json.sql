{# A whole row as JSON text, without one column if need be (personal data is not published):
   engines turn a row into a structure differently. #}
{% macro record_as_json(relation_alias, leave_out=none) -%}
    {{ return(adapter.dispatch('record_as_json')(relation_alias, leave_out)) }}
{%- endmacro %}

{% macro default__record_as_json(relation_alias, leave_out) -%}
    {%- if leave_out -%}
    cast(json_merge_patch(to_json({{ relation_alias }}), '{"{{ leave_out }}": null}') as varchar)
    {%- else -%}
    cast(to_json({{ relation_alias }}) as varchar)
    {%- endif -%}
{%- endmacro %}

{% macro spark__record_as_json(relation_alias, leave_out) -%}
    {%- if leave_out -%}
    to_json(
        map_filter(
            from_json(to_json(struct({{ relation_alias }}.*)), 'map<string,string>'),
            (name, value) -> name <> '{{ leave_out }}'
        )
    )
    {%- else -%}
    to_json(struct({{ relation_alias }}.*))
    {%- endif -%}
{%- endmacro %}
