{#
    Measures an event (a deal closed, a deal opened, an answer given) in every period and at every slice: one row per
    period, dimension and member, with its counts, sums and medians.

    Sums are taken per day first, and each day then goes into every period it belongs to: sums of days are as good as
    sums of deals and far fewer rows. Medians are not, so they are taken from the records of each month and longer period.

    rows     CTE or relation with one row per record, as sliced reads it
    date     column of the rows that says in which periods a record counts, and in which tree its team stands
    parts    columns of the rows that are a key of their own beside the slice, such as a stage; a member without a record
             has no row of zeros, since it has no part
    is_by_period  true where the rows stand once for each period, with period_grain and period_start, since what they
             count for is another thing in each
    medians  name of a median to the column of the rows it is taken of, or to the column and another share than one half

    The other arguments are those of sliced.
#}
{% macro measured(
    rows,
    date,
    attributes,
    counts=[],
    amounts=[],
    members=[],
    records=[],
    parts=[],
    is_by_period=false,
    medians={},
    relations={}
) -%}
    {%- if medians -%}
    with

    rows_by_period as (

        {{ _rows_by_period(rows, date, attributes, members, parts, medians, relations) | indent(4) }}

    )

    {% endif -%}
    select
        sums.period_grain,
        sums.period_start,
        sums.dimension,
        sums.dimension_id
        {%- for name in parts + counts + records + amounts %},
        sums.{{ name }}
        {%- endfor %}
        {%- for name in medians %},
        medians.{{ name }}
        {%- endfor %}

    from (

        {{ _measured_sums(
            rows, date, attributes, counts, amounts, members, records, parts, is_by_period, relations
        ) | indent(4) }}

    ) as sums
    {%- if medians %}

    left join (

        {{ _measured_medians(
            date, attributes, amounts, members, parts, medians, relations
        ) | indent(4) }}

    ) as medians
        on
            sums.period_grain = medians.period_grain
            and sums.period_start = medians.period_start
            and sums.dimension = medians.dimension
            and sums.dimension_id is not distinct from medians.dimension_id
            {%- for name in parts %}
            and sums.{{ name }} = medians.{{ name }}
            {%- endfor %}
    {%- endif %}
{%- endmacro %}

{% macro _measured_sums(
    rows, date, attributes, counts, amounts, members, records, parts, is_by_period, relations
) -%}
    {%- set keys = ['period_grain', 'period_start'] if is_by_period else [date] -%}
    {%- set source = 'days' if is_by_period else 'period_dates' -%}
    select
        period_grain,
        period_start,
        dimension,
        dimension_id
        {%- for name in parts %},
        {{ name }}
        {%- endfor %}
        {%- for name in counts + records %},
        cast(sum({{ name }}) as bigint) as {{ name }}
        {%- endfor %}
        {%- for name in amounts %},
        cast(sum({{ name }}) as decimal(38, 4)) as {{ name }}
        {%- endfor %}

    from (

        select
            {{ source }}.period_grain,
            {{ source }}.period_start,
            days.dimension,
            days.dimension_id
            {%- for name in parts + counts + records + amounts %},
            days.{{ name }}
            {%- endfor %}

        from (

            {{ sliced(
                rows, date, attributes, counts, amounts,
                members=members, records=records, keys=keys + parts, relations=relations
            ) | indent(8) }}

        ) as days

        {% if not is_by_period -%}
        inner join {{ slicing_relation('period_dates', relations) }} as period_dates
            on days.{{ date }} = period_dates.date_day
        {%- endif %}

        where {{ is_kept_at_grain(source ~ '.period_grain', 'days.dimension') }}

        {% if not parts -%}
        union all

        {{ idle_members(attributes + members, counts + records + amounts, relations) | indent(4) }}
        {%- endif %}

    ) as periods

    group by {{ (['period_grain', 'period_start', 'dimension', 'dimension_id'] + parts) | join(', ') }}
{%- endmacro %}

{# A row of zeros for every member and period of activity. #}
{% macro idle_members(dimensions, zeros, relations) -%}
    select
        period_grain,
        period_start,
        dimension,
        dimension_id
        {%- for name in zeros %},
        0 as {{ name }}
        {%- endfor %}

    from {{ slicing_relation('member_periods', relations) }}

    where {{ is_among('dimension', ['total', 'team'] + dimensions) | replace('credited_rep', 'rep') }}
{%- endmacro %}

{% macro _rows_by_period(rows, date, attributes, members, parts, medians, relations) -%}
    {%- set columns = [date, 'team_id'] + parts + (['opportunity_id'] if members else []) -%}
    {%- for attribute in attributes -%}
        {%- do columns.append(slice_columns()[attribute]) -%}
    {%- endfor -%}
    {%- for column in medians.values() -%}
        {%- do columns.append(column if column is string else column[0]) -%}
    {%- endfor -%}
    select
        {%- for column in columns | unique %}
        event_rows.{{ column }},
        {%- endfor %}
        period_dates.period_grain,
        period_dates.period_start

    from {{ rows }} as event_rows

    inner join {{ slicing_relation('period_dates', relations) }} as period_dates
        on event_rows.{{ date }} = period_dates.date_day

    where period_dates.period_grain not in ('day', 'week')
{%- endmacro %}

{% macro _measured_medians(date, attributes, amounts, members, parts, medians, relations) -%}
    {%- set statistics = {} -%}
    {%- set shared = [] -%}
    {%- set whole = [] -%}
    {%- for name, measure in medians.items() -%}
        {%- set column, share = (measure, 0.5) if measure is string else measure -%}
        {%- do statistics.update({
            name: 'percentile_cont(' ~ share ~ ') within group (order by cast(' ~ column ~ ' as double))',
        }) -%}
        {%- do (shared if column in amounts else whole).append(column) if column not in shared + whole -%}
    {%- endfor -%}
    {{ sliced(
        'rows_by_period', date, attributes, amounts=shared, statistics=statistics, measures=whole,
        members=members, keys=['period_grain', 'period_start'] + parts, relations=relations
    ) }}
{%- endmacro %}
