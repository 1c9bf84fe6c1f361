-- Of each column that some KPI cannot do without: do the rows that should hold it hold it?
with

opportunities as (

    select * from {{ ref('crm_counted_opportunities') }}

),

states as (

    select * from {{ ref('crm_opportunity_states') }}

    where is_in_pipeline

),

-- What was expected of a deal matters only as long as it was open.
open_states as (

    select
        states.expected_close_date,
        opportunities.probability

    from states

    inner join opportunities
        on states.opportunity_id = opportunities.opportunity_id

),

counted as (

    {% for each in input_columns() %}
    {% set is_last_table = loop.last %}
    {% for column_name in each.columns %}
    select
        '{{ each.table }}' as table_name,
        '{{ column_name }}' as column_name,
        count(*) as record_count,
        count({{ column_name }}) as filled_count

    from {{ ref(each.model) if each.model else each.rows }}
    {%- if each.condition %}

    where {{ each.condition }}
    {%- endif %}

    {% if not (is_last_table and loop.last) %}union all{% endif %}
    {% endfor %}
    {% endfor %}

),

-- Where no row should hold it, nothing is missing.
final as (

    select
        table_name,
        column_name,
        record_count,
        filled_count,
        record_count = 0 or filled_count > 0 as is_delivered

    from counted

)

select * from final
