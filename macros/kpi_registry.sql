{#
    The grains at which a KPI is stored: those on which its class is defined, days for sums and balances only, weeks for
    ratios as well. Fiscal grains exist only where the fiscal calendar is another than the calendar.
#}
{% macro kpi_grains(grain_class, method) -%}
    {%- set defined = {'flow': ['day', 'week'], 'balance': ['day', 'week'], 'cohort': ['week']} -%}
    {%- set stored = {'sum': ['day', 'week'], 'balance': ['day', 'week'], 'ratio': ['week']} -%}
    {%- if grain_class == 'calendar_month' -%}
        {{ return(['month']) }}
    {%- endif -%}
    {%- set grains = [] -%}
    {%- for grain in defined.get(grain_class, []) if grain in stored.get(method, []) -%}
        {%- do grains.append(grain) -%}
    {%- endfor -%}
    {{ return(grains + ['month', 'quarter', 'year', 'fiscal_quarter', 'fiscal_year']) }}
{%- endmacro %}

{# The lowest and the highest value a KPI of this unit can have; none where it has no such end. #}
{% macro kpi_bounds(unit) -%}
    {{ return({
        'ratio': [0, 1],
        'count': [0, none],
        'days': [0, none],
        'points': [-100, 100],
    }.get(unit, [none, none])) }}
{%- endmacro %}

{# How the parts of a KPI add up. A sum is its own numerator; a ratio must say it, since its value does not tell. #}
{% macro kpi_parts_additivity(kpi) -%}
    {%- if kpi.method in ['sum', 'balance'] -%}
        {{ return(kpi.additivity) }}
    {%- elif kpi.method in ['ratio', 'mean'] -%}
        {{ return(none) }}
    {%- else -%}
        {{ return('N') }}
    {%- endif -%}
{%- endmacro %}

{# Every KPI: the facts that stand in config.meta.kpi of its column in the family models, with model and column. #}
{% macro kpi_registry() -%}
    {%- set kpis = [] -%}
    {%- if execute -%}
        {%- for node in graph.nodes.values() if node.resource_type == 'model' -%}
            {%- for column in node.columns.values() if column.meta.kpi -%}
                {%- set kpi = {
                    'id': column.name,
                    'model': node.name,
                    'column': column.name,
                    'definition': column.description,
                    'lowest_value': kpi_bounds(column.meta.kpi.unit)[0],
                    'highest_value': kpi_bounds(column.meta.kpi.unit)[1],
                    'parts_additivity': kpi_parts_additivity(column.meta.kpi),
                } -%}
                {%- do kpi.update(column.meta.kpi) -%}
                {%- do kpi.update({
                    'base': kpi.id.split('__')[0],
                    'variant': kpi.id.split('__')[1] if '__' in kpi.id else none,
                    'grains': kpi_grains(kpi.grain_class, kpi.method),
                    'totals': ['total'] if kpi.has_total | default(true) else [],
                }) -%}
                {%- do kpis.append(kpi) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(kpis | sort(attribute='id')) }}
{%- endmacro %}

{# A number, or null. #}
{% macro number_literal(value) -%}
    cast({{ 'null' if value is none else value }} as double)
{%- endmacro %}

{# A text literal, or null. #}
{% macro text_literal(value) -%}
    {%- if not value -%}
        cast(null as {{ dbt.type_string() }})
    {%- else -%}
        '{{ dbt.escape_single_quotes(value | trim) }}'
    {%- endif -%}
{%- endmacro %}

{# True when a list of the catalogue, such as its valid grains, names the member. #}
{% macro is_listed_in(member, list) -%}
    coalesce(', ' || {{ list }} || ',' like '%, ' || {{ member }} || ',%', false)
{%- endmacro %}
