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
    {% set others = each.either | default([]) | reject('equalto', column_name) | list %}
    select
        '{{ each.table }}' as table_name,
        '{{ column_name }}' as column_name,
        count(*) as row_count,
        {% if others -%}
        count(*) filter (
            where
            {{ column_name }} is not null
            or ({{ others | join(' is null and ') }} is null)
        )
        {%- else -%}
        count(*)
        {%- endif %} as record_count,
        count({{ column_name }}) as filled_count

    from {{ ref(each.model) if each.model else each.rows }}
    {%- if each.condition %}

    where {{ each.condition }}
    {%- endif %}

    {% if not (is_last_table and loop.last) %}union all{% endif %}
    {% endfor %}
    {% endfor %}

),

-- Where no row could hold it, nothing is missing.
final as (

    select
        table_name,
        column_name,
        record_count,
        filled_count,
        row_count = 0 or filled_count > 0 as is_delivered

    from counted

)

select * from final
