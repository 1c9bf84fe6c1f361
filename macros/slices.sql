{# The column of a fact that holds each slicing attribute. #}
{% macro slice_columns() -%}
    {{ return({
        'rep': 'owner_id',
        'region': 'region_id',
        'product': 'product_id',
        'product_family': 'product_family_id',
        'segment': 'segment_id',
        'lead_source': 'lead_source_id',
        'pipeline': 'pipeline_id',
        'opportunity_type': 'opportunity_type',
        'campaign': 'campaign_id',
        'cohort': 'cohort_id',
    }) }}
{%- endmacro %}

{# The slices of everything that counts deals. #}
{% macro deal_slices() -%}
    {{ return(['rep', 'region', 'segment', 'lead_source', 'pipeline', 'opportunity_type']) }}
{%- endmacro %}

{# The key columns of a KPI row: dimension and member, told apart by the grouping set the row comes from. #}
{% macro slice_keys(dimensions) -%}
    case
        {%- for dimension in dimensions %}
        when grouping({{ slice_columns()[dimension] }}) = 0 then '{{ dimension }}'
        {%- endfor %}
        else 'total'
    end as dimension,
    case
        {%- for dimension in dimensions %}
        when grouping({{ slice_columns()[dimension] }}) = 0 then {{ slice_columns()[dimension] }}
        {%- endfor %}
        else 'all'
    end as dimension_id
{%- endmacro %}

{# One grouping set for the total and one for each dimension, all by the same period columns. #}
{% macro slices(dimensions, period_columns='period_grain, period_start') -%}
    grouping sets (
        ({{ period_columns }})
        {%- for dimension in dimensions %},
        ({{ period_columns }}{{ ', ' if period_columns }}{{ slice_columns()[dimension] }})
        {%- endfor %}
    )
{%- endmacro %}

{# A relation that slicing reads, named only where it is read; tests of the macros bring their own. #}
{% macro slicing_relation(name, relations) -%}
    {%- if name in relations -%}
        {{ return(relations[name]) }}
    {%- elif name == 'period_dates' -%}
        {{ return(ref('dim_period_dates')) }}
    {%- elif name == 'team_closure' -%}
        {{ return(ref('dim_team_closure')) }}
    {%- elif name == 'bridge_members' -%}
        {{ return(ref('bridge_opportunity_members')) }}
    {%- elif name == 'member_periods' -%}
        {{ return(ref('dim_member_periods')) }}
    {%- endif -%}
{%- endmacro %}
