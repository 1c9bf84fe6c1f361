{# Gives a seed of the sample company the column that landing gives to every raw table: the place of a row in its
   file, which tells copies of a key apart that nothing dates. #}
{% macro number_rows(relation) -%}
    create or replace table {{ relation }} as
    select
        *,
        cast(row_number() over () as {{ dbt.type_string() }}) as _row_number

    from {{ relation }}
{%- endmacro %}
