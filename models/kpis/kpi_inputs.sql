{% set kpis = kpi_registry() %}
with

input_coverage as (

    select * from {{ ref('dim_input_coverage') }}

),

input_columns as (

    select * from {{ ref('dim_input_columns') }}

),

inputs as (

    {% for kpi in kpis %}
    {% set is_last_kpi = loop.last %}
    {% for table_name, column_name in needed_inputs(kpi) %}
    select
        '{{ kpi.id }}' as kpi_id,
        '{{ table_name }}' as table_name,
        {{ text_literal(column_name) }} as column_name

    {% if not (is_last_kpi and loop.last) %}union all{% endif %}
    {% endfor %}
    {% else %}
    select 'none' as kpi_id, 'none' as table_name, 'none' as column_name
    {% endfor %}

),

-- A table that did not come is missing as a whole, and not once more for each of its columns.
final as (

    select
        inputs.kpi_id,
        inputs.table_name,
        inputs.column_name,
        case
            when inputs.column_name is null then inputs.table_name
            else input_coverage.source_table || '.' || inputs.column_name
        end as input_name,
        case
            when inputs.column_name is null then coalesce(input_coverage.is_delivered, false)
            when input_coverage.is_delivered then input_columns.is_delivered
        end as is_delivered,
        coalesce(input_coverage.is_coverage_declared, false) as is_coverage_declared,
        input_coverage.covered_from,
        input_coverage.covered_to

    from inputs

    left join input_coverage
        on inputs.table_name = input_coverage.table_name

    left join input_columns
        on
            input_coverage.source_table = input_columns.table_name
            and inputs.column_name = input_columns.column_name

)

select * from final
