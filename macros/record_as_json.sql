{# A raw row as JSON text, without the columns that numbered_copies adds and without the columns left out
   (personal data is not published): engines turn a row into a structure differently. #}
{% macro record_as_json(relation_alias, leave_out=[]) -%}
    {{ return(adapter.dispatch('record_as_json')(relation_alias, leave_out + ['copy_number', 'reporting_tz', 'plausible_from'])) }}
{%- endmacro %}

{% macro default__record_as_json(relation_alias, leave_out) -%}
    cast(
        json_merge_patch(to_json({{ relation_alias }}), '{"{{ leave_out | join('": null, "') }}": null}')
        as string
    )
{%- endmacro %}

{% macro spark__record_as_json(relation_alias, leave_out) -%}
    to_json(
        map_filter(
            from_json(
                to_json(struct({{ relation_alias }}.*), map('ignoreNullFields', 'false')),
                'map<string,string>'
            ),
            (name, value) -> name not in ('{{ leave_out | join("', '") }}')
        ),
        map('ignoreNullFields', 'false')
    )
{%- endmacro %}
