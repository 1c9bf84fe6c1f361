{#
    The grains at which a KPI is stored: those on which its class is defined, days for sums and balances only, weeks for
    ratios as well. Fiscal grains exist only where the fiscal calendar is another than the calendar.
#}
{% macro kpi_grains(grain_class, method) -%}
    {%- set defined = {'flow': ['day', 'week'], 'balance': ['day', 'week'], 'cohort': ['week']} -%}
    {%- set stored = {'sum': ['day', 'week'], 'balance': ['day', 'week'], 'ratio': ['week']} -%}
    {%- set whole = {
        'as_of': ['day'],
        'calendar_month': ['month'],
        'whole_quarter': ['quarter', 'fiscal_quarter'],
        'whole_year': ['year', 'fiscal_year'],
        'quarter_or_longer': ['quarter', 'year', 'fiscal_quarter', 'fiscal_year'],
    } -%}
    {%- if grain_class in whole -%}
        {{ return(whole[grain_class]) }}
    {%- endif -%}
    {%- set grains = [] -%}
    {%- for grain in defined.get(grain_class, []) if grain in stored.get(method, []) -%}
        {%- do grains.append(grain) -%}
    {%- endfor -%}
    {{ return(grains + ['month', 'quarter', 'year', 'fiscal_quarter', 'fiscal_year']) }}
{%- endmacro %}

{# The grains as a list; a fiscal year that starts with a quarter of the calendar has no quarters of its own. #}
{% macro stored_grains(grains, fiscal_year_start_month) -%}
    '{{ grains | reject("in", ["fiscal_quarter", "fiscal_year"]) | join(", ") }}'
    {%- if 'fiscal_quarter' in grains %} || case
            when {{ fiscal_year_start_month }} in (1, 4, 7, 10) then ''
            else ', fiscal_quarter'
        end
    {%- endif %}
    {%- if 'fiscal_year' in grains %} || case
            when {{ fiscal_year_start_month }} = 1 then '' else ', fiscal_year'
        end
    {%- endif %}
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

{#
    The facts of one KPI: what its column says in config.meta.kpi, over what its model says of the whole family in
    config.meta.family, over what follows from the rest. A value with a denominator is a ratio of two columns, one
    without is a sum. A ratio does not add up; its parts do, unless parts_additivity says otherwise.
#}
{% macro kpi_facts(model, column) -%}
    {%- set said = {} -%}
    {%- do said.update(model.config.meta.family or {}) -%}
    {%- do said.update(column.meta.kpi) -%}
    {%- set method = said.method or ('ratio' if said.denominator else 'sum') -%}
    {%- set is_sum = method in ['sum', 'balance'] -%}
    {%- set additivity = said.additivity or {'sum': 'A', 'balance': 'S'}.get(method, 'N') -%}
    {%- set numerator = said.numerator or (column.name if is_sum else none) -%}
    {%- set unit = said.unit or 'ratio' -%}
    {%- set dimensions = said.dimensions + (said.also_by or []) -%}
    {%- set kpi = {
        'id': column.name,
        'model': model.name,
        'column': column.name,
        'definition': column.description,
        'label': column.name | replace('_', ' ') | capitalize,
        'formula': (numerator ~ ' / ' ~ said.denominator) | replace('_', ' '),
        'direction': 'higher',
        'tier': 'standard',
        'owner': 'sales_operations',
        'sample_size': numerator if is_sum else said.denominator,
        'lowest_value': kpi_bounds(unit)[0],
        'highest_value': kpi_bounds(unit)[1],
        'overlapping_dimensions':
            dimensions | select('in', ['team', 'product', 'product_family', 'competitor']) | list,
    } -%}
    {%- do kpi.update(said) -%}
    {%- do kpi.update({
        'method': method,
        'additivity': additivity,
        'parts_additivity':
            additivity if is_sum else (said.parts_additivity or 'A' if method in ['ratio', 'mean'] else 'N'),
        'numerator': numerator,
        'unit': unit,
        'dimensions': dimensions,
        'inputs': (said.inputs or []) + (said.also_needs or []),
        'grains': kpi_grains(kpi.grain_class, method),
        'totals': ['total'] if kpi.has_total | default(true) else [],
        'base': kpi.id.split('__')[0],
        'variant': kpi.id.split('__')[1] if '__' in kpi.id else none,
    }) -%}
    {{ return(kpi) }}
{%- endmacro %}

{# Every KPI with its facts, by id. #}
{% macro kpi_registry() -%}
    {%- set kpis = [] -%}
    {%- if execute -%}
        {%- for node in graph.nodes.values() if node.resource_type == 'model' -%}
            {%- for column in node.columns.values() if column.meta.kpi -%}
                {%- do kpis.append(kpi_facts(node, column)) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(kpis | sort(attribute='id')) }}
{%- endmacro %}

{#
    The families whose values stand in kpi_values: each model that computes KPIs, with its KPIs. Those made of other
    KPIs, such as whether targets are met, come second, since they read the values of the first.
#}
{% macro kpi_families(made_of_kpis=false) -%}
    {%- set families = [] -%}
    {%- for model, kpis in kpi_registry() | groupby('model') -%}
        {%- set is_elsewhere = kpis[0].relation | default('kpi_values') != 'kpi_values' -%}
        {%- if not is_elsewhere and kpis[0].is_made_of_kpis | default(false) == made_of_kpis -%}
            {%- do families.append({'model': model, 'kpis': kpis}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(families) }}
{%- endmacro %}

{#
    Every row of some families once for each KPI it holds, where the KPI has the grain and the dimension; reads the CTE
    kpi_slices. What a family says of its columns in YAML makes the columns of kpi_values.
#}
{% macro rows_of_families(families) -%}
    {%- set text = dbt.type_string() -%}
    {%- for family in families %}
    select
        kpi_slices.kpi_id,
        family.period_grain,
        family.period_start,
        family.dimension,
        family.dimension_id,
        {{ kpi_column(family.kpis, 'part', text) }} as part,
        {{ kpi_column(family.kpis, 'part_label', text) }} as part_label,
        {{ kpi_column(family.kpis, 'numerator', 'double') }} as numerator,
        {{ kpi_column(family.kpis, 'denominator', 'double') }} as denominator,
        {{ kpi_column(family.kpis, 'column', 'double') }} as value,
        {{ kpi_column(family.kpis, 'sample_size', 'bigint') }} as sample_size,
        {{ kpi_column(family.kpis, 'interval_centre', 'double') }} as interval_centre,
        {{ kpi_column(family.kpis, 'interval_margin', 'double') }} as interval_margin,
        {{ kpi_column(family.kpis, 'open_share', 'double') }} as open_share,
        {{ kpi_column(family.kpis, 'window_start', 'date') }} as window_start,
        {{ kpi_column(family.kpis, 'status_column', text) }} as family_status,
        {{ kpi_column(family.kpis, 'condition', 'boolean') }} as is_defined

    from {{ ref(family.model) }} as family

    inner join kpi_slices
        on
            family.period_grain = kpi_slices.period_grain
            and family.dimension = kpi_slices.dimension
            and kpi_slices.model = '{{ family.model }}'

    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
{%- endmacro %}

{# The column of a family that holds a fact of each KPI, chosen by kpi_id; null for those that do not have it. #}
{% macro kpi_column(kpis, fact, data_type) -%}
    {%- set having = kpis | selectattr(fact, 'defined') | selectattr(fact) | list -%}
    {%- if not having -%}
        cast(null as {{ data_type }})
    {%- elif having | length == kpis | length and having | map(attribute=fact) | unique | list | length == 1 -%}
        cast({{ having[0][fact] }} as {{ data_type }})
    {%- else -%}
        case kpi_slices.kpi_id
            {%- for kpi in having %}
            when '{{ kpi.id }}' then cast({{ kpi[fact] }} as {{ data_type }})
            {%- endfor %}
        end
    {%- endif -%}
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
