{#
    The columns that some KPI cannot do without, by raw table, each with the rows that should hold it: a CTE of
    dim_input_columns. That none of them does is a missing input, as if the table had not come.

    A column more is a name in one of these lists; of a table that is not here yet, a line, the import of its crm model
    in dim_input_columns and an empty input in the unit test there. Then a KPI may name it in inputs or also_needs.
#}
{% macro input_columns() -%}
    {{ return([
        {'table': 'activities', 'rows': 'calls', 'columns': ['completed_at', 'duration_seconds', 'outcome']},
        {'table': 'activities', 'rows': 'calls_and_emails', 'columns': ['direction']},
        {'table': 'activities', 'rows': 'meetings', 'columns': ['meeting_type', 'scheduled_start']},
        {'table': 'opportunities', 'rows': 'opportunities', 'columns': ['account_id', 'created_date', 'qualified_at']},
        {'table': 'opportunities', 'rows': 'versions', 'columns': ['amount', 'owner_id']},
        {'table': 'opportunities', 'rows': 'open_states', 'columns': ['expected_close_date', 'probability']},
        {'table': 'opportunities', 'rows': 'closed_deals', 'columns': ['closed_date']},
        {'table': 'opportunities', 'rows': 'lost_deals', 'columns': ['loss_reason']},
        {'table': 'opportunity_line_items', 'rows': 'line_items', 'columns': ['list_price', 'net_amount', 'quantity']},
        {'table': 'quotas', 'rows': 'quotas', 'columns': ['amount', 'team_id', 'user_id']},
        {'table': 'revenue_events', 'rows': 'revenue_events', 'columns': ['cogs_amount']},
        {'table': 'subscriptions', 'rows': 'subscriptions', 'columns': ['account_id', 'mrr', 'valid_from']},
        {'table': 'survey_responses', 'rows': 'responses', 'columns': ['responded_at', 'score']},
    ]) }}
{%- endmacro %}

{#
    What a KPI needs, as pairs of a table and a column: first each table once, with no column, then the columns. An
    input is a table, or a column of it as in opportunities.account_id, which dim_input_columns has to count. Customers
    are those of subscriptions or of deals, so both have to hold a column of theirs.
#}
{% macro needed_inputs(kpi) -%}
    {%- set counted = [] -%}
    {%- for each in input_columns() -%}
        {%- for column_name in each.columns -%}
            {%- do counted.append(each.table ~ '.' ~ column_name) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set sources = {'customers': ['subscriptions', 'opportunities']} -%}
    {%- for feed in activity_feeds() -%}
        {%- do sources.update({feed: ['activities']}) -%}
    {%- endfor -%}
    {%- set tables = [] -%}
    {%- set columns = [] -%}
    {%- for each in kpi.inputs | unique -%}
        {%- set table_name = each.split('.')[0] -%}
        {%- do tables.append((table_name, none)) -%}
        {%- if '.' in each -%}
            {%- set column_name = each.split('.')[1] -%}
            {%- for source in sources.get(table_name, [table_name]) -%}
                {%- if source ~ '.' ~ column_name not in counted -%}
                    {{ exceptions.raise_compiler_error(
                        'KPI ' ~ kpi.id ~ ' of model ' ~ kpi.model ~ ' needs ' ~ each ~ ', but ' ~ source ~ '.'
                        ~ column_name ~ ' is not in macros/input_columns.sql. Add it there, or name one of: '
                        ~ counted | sort | join(', ')
                    ) }}
                {%- endif -%}
            {%- endfor -%}
            {%- do columns.append((table_name, column_name)) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(tables | unique | list + columns) }}
{%- endmacro %}
