{% set kpis = kpi_registry() %}
with

input_coverage as (

    select * from {{ ref('dim_input_coverage') }}

),

inputs as (

    {% for kpi in kpis %}
    {% set outer_loop = loop %}
    {% for table_name in kpi.inputs %}
    select '{{ kpi.id }}' as kpi_id, '{{ table_name }}' as table_name
    {% if not (loop.last and outer_loop.last) %}union all{% endif %}
    {% endfor %}
    {% else %}
    select 'none' as kpi_id, 'none' as table_name
    {% endfor %}

),

final as (

    select
        inputs.kpi_id,
        inputs.table_name,
        coalesce(input_coverage.is_delivered, false) as is_delivered,
        coalesce(input_coverage.is_coverage_declared, false) as is_coverage_declared,
        input_coverage.covered_from,
        input_coverage.covered_to

    from inputs

    left join input_coverage
        on inputs.table_name = input_coverage.table_name

)

select * from final
