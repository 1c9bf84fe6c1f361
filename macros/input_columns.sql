{#
    The columns that some KPI cannot do without, by raw table, each with the rows that should hold it: those of a model
    under a condition, or of a CTE of dim_input_columns. That none of them does is a missing input, as if the table had
    not come.

    Of the columns under either, such as the seller and the team of a quota, a row holds one: what holds another of them
    should not hold this one, and only what holds none lacks it.

    A column more is a name in one of these lists; of a table that is not here yet, a line and an empty input in the
    unit test of dim_input_columns. Then a KPI may name it in inputs or also_needs. How far each is filled is
    dq_completeness.
#}
{% macro input_columns() -%}
    {{ return([
        {'table': 'activities', 'model': 'crm_activities', 'condition': "activity_type = 'call'",
         'columns': ['completed_at', 'duration_seconds', 'outcome']},
        {'table': 'activities', 'model': 'crm_activities', 'condition': "activity_type in ('call', 'email')",
         'columns': ['direction']},
        {'table': 'activities', 'model': 'crm_activities', 'condition': "activity_type = 'meeting'",
         'columns': ['meeting_type', 'scheduled_start', 'status']},
        {'table': 'opportunities', 'model': 'crm_counted_opportunities',
         'columns': ['account_id', 'created_date', 'qualified_at']},
        {'table': 'opportunities', 'model': 'crm_opportunity_versions', 'columns': ['amount', 'owner_id']},
        {'table': 'opportunities', 'rows': 'open_states', 'columns': ['expected_close_date', 'probability']},
        {'table': 'opportunities', 'model': 'crm_opportunity_outcomes', 'condition': "is_closed",
         'columns': ['closed_date']},
        {'table': 'opportunities', 'model': 'crm_counted_opportunities', 'condition': "is_lost",
         'columns': ['loss_reason']},
        {'table': 'opportunities', 'model': 'crm_counted_opportunities', 'condition': "is_won",
         'columns': ['win_reason']},
        {'table': 'opportunity_line_items', 'model': 'crm_opportunity_line_items',
         'columns': ['list_price', 'net_amount', 'quantity']},
        {'table': 'quotas', 'model': 'crm_quotas', 'columns': ['amount']},
        {'table': 'quotas', 'model': 'crm_quotas', 'either': ['team_id', 'user_id'],
         'columns': ['team_id', 'user_id']},
        {'table': 'revenue_events', 'model': 'crm_revenue_events', 'columns': ['cogs_amount']},
        {'table': 'subscriptions', 'model': 'crm_subscriptions', 'columns': ['account_id', 'mrr', 'valid_from']},
        {'table': 'survey_responses', 'model': 'crm_survey_responses', 'columns': ['responded_at', 'score']},
        {'table': 'survey_responses', 'model': 'crm_survey_responses',
         'condition': "survey_type in ('csat', 'service_quality')",
         'columns': ['scale_max', 'scale_min']},
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
