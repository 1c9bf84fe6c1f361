{# dbt's materialization of unit tests, for Spark: its Thrift client fetches the result of every run_query, and the
   statement that makes the temporary view has none. #}
{%- materialization unit, adapter = 'spark' -%}

    {%- set expected_rows = config.get('expected_rows') -%}
    {%- set expected_sql = config.get('expected_sql') -%}
    {%- set columns = expected_rows[0].keys() if expected_rows | length > 0 else get_columns_in_query(sql) -%}

    {%- set temp_relation = make_temp_relation(this.incorporate(type='table')) -%}
    {%- call statement('create_temp') -%}
        {{ get_create_table_as_sql(True, temp_relation, get_empty_subquery_sql(sql)) }}
    {%- endcall -%}
    {%- set types = {} -%}
    {%- set quoted = {} -%}
    {%- for column in adapter.get_columns_in_relation(temp_relation) -%}
        {%- do types.update({column.name | lower: column.data_type}) -%}
        {%- do quoted.update({column.name | lower: column.quoted}) -%}
    {%- endfor -%}

    {%- set quoted_columns = [] -%}
    {%- for column in columns -%}
        {%- do quoted_columns.append(quoted[column | lower]) -%}
    {%- endfor -%}
    {%- if not expected_sql -%}
        {%- set expected_sql = get_expected_sql(expected_rows, types, quoted) -%}
    {%- endif -%}

    {%- call statement('main', fetch_result=True) -%}
        {{ get_unit_test_sql(sql, expected_sql, quoted_columns) }}
    {%- endcall -%}

    {%- do adapter.drop_relation(temp_relation) -%}
    {{ return({'relations': []}) }}

{%- endmaterialization -%}
