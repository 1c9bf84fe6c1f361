{#
    Sums the rows of a CTE at the total and at every slice of a KPI family, so that a family model shows only its KPI.

    rows        CTE with one row per deal (or other record) and period, holding the key columns, the slicing columns
                (see slice_columns), team_id, the date named by team_date, and the columns that are counted
    keys        columns that name the period
    attributes  dimensions that are plain columns of the rows: one grouping set each
    members     dimensions of bridge_opportunity_members: counts go whole to each member (of sellers, to the owner only),
                amounts by share
    counts      columns of whole numbers to sum
    amounts     columns of money to sum
    records     columns of whole numbers that count for every member with a share in the money
    statistics  other aggregates (name to expression), such as medians, over the columns listed in measures
    idle        adds a row of zeros for every period in which a member was active without a record
    short_periods  whether the rows hold days and weeks, which only some slices keep

    The model imports the CTEs it needs: team_closure, bridge_members (with members), member_periods (with idle).
#}
{% macro sliced(
    rows,
    team_date,
    attributes,
    counts,
    amounts=[],
    statistics={},
    measures=[],
    members=[],
    records=[],
    keys=['period_grain', 'period_start'],
    idle=true,
    short_periods=true
) -%}
    {%- set key_list = keys | join(', ') -%}
    {%- set numbers = counts + records -%}
    {%- set has_short_periods = short_periods and 'period_grain' in keys -%}
    {%- set team_days = (keys + [team_date, 'team_id']) | unique | join(', ') -%}
    {%- set has_sellers = 'credited_rep' in members -%}
    {%- set team_rows = rows if statistics else 'team_days' -%}
    select
        {{ key_list }},
        dimension,
        dimension_id
        {%- for name in numbers %},
        cast({{ 'sum(' ~ name ~ ')' if idle else name }} as bigint) as {{ name }}
        {%- endfor %}
        {%- for name in amounts %},
        cast({{ 'sum(' ~ name ~ ')' if idle else name }} as decimal(38, 4)) as {{ name }}
        {%- endfor %}
        {%- for name in statistics %},
        {{ 'max(' ~ name ~ ') as ' ~ name if idle else name }}
        {%- endfor %}

    from (

        select
            {{ key_list }},
            {{ slice_keys(attributes) }}
            {{- _sliced_aggregates(numbers, amounts, statistics) }}

        from {{ rows }}

        group by {{ slices(attributes, key_list) }}

        union all

        -- A team holds the deals of every team below it, as the tree stood on the day.
        select
            {{ key_list }},
            'team' as dimension,
            team_closure.ancestor_team_id as dimension_id
            {{- _sliced_aggregates(numbers, amounts, statistics) }}

        from {% if statistics %}{{ rows }}{% else %}(

            -- Deals of one team and day climb the tree together.
            select
                {{ team_days }}
                {{- _sliced_aggregates(numbers, amounts) | indent(8) }}

            from {{ rows }}

            group by {{ team_days }}

        ) as team_days{% endif %}

        inner join team_closure
            on
                {{ team_rows }}.team_id = team_closure.team_id
                and {{ team_rows }}.{{ team_date }} >= team_closure.valid_from
                and {{ team_rows }}.{{ team_date }} < {{ open_end('team_closure.valid_to') }}

        group by {{ key_list }}, team_closure.ancestor_team_id

        {% if members %}

        union all

        select
            {{ key_list }},
            dimension,
            dimension_id
            {{- _sliced_aggregates(numbers, amounts, statistics) }}

        from (

            select
                {%- for name in keys %}
                {{ rows }}.{{ name }},
                {%- endfor %}
                {% if has_sellers -%}
                case bridge_members.dimension
                    when 'credited_rep' then 'rep' else bridge_members.dimension
                end as dimension,
                {%- else -%}
                bridge_members.dimension,
                {%- endif %}
                bridge_members.dimension_id
                {%- for name in counts %},
                {{ rows }}.{{ name }}{{ ' * bridge_members.deal_count as ' ~ name if has_sellers else '' }}
                {%- endfor %}
                {%- for name in records %},
                case when bridge_members.amount_share = 0 then 0 else {{ rows }}.{{ name }} end
                    as {{ name }}
                {%- endfor %}
                {%- for name in amounts %},
                {{ multiply_money(rows ~ '.' ~ name, 'bridge_members.amount_share') }} as {{ name }}
                {%- endfor %}
                {%- for name in measures %},
                {{ rows }}.{{ name }}
                {%- endfor %}

            from {{ rows }}

            inner join bridge_members
                on {{ rows }}.opportunity_id = bridge_members.opportunity_id

            where bridge_members.dimension in ('{{ members | join("', '") }}')

        ) as shared

        group by {{ key_list }}, dimension, dimension_id

        {% endif %}

        {% if idle %}

        union all

        {{ idle_members(key_list, attributes + members, numbers + amounts, statistics) }}

        {% endif %}

    ) as slices

    {% if has_short_periods %}
    where {{ is_kept_at_grain('period_grain', 'dimension') }}
    {% endif %}

    {% if idle %}
    -- Only an idle member can have a second row here.
    group by {{ key_list }}, dimension, dimension_id
    {% endif %}
{%- endmacro %}

{% macro _sliced_aggregates(counts, amounts, statistics={}) -%}
    {%- for name in counts + amounts %},
    sum({{ name }}) as {{ name }}
    {%- endfor %}
    {%- for name, expression in statistics.items() %},
    {{ expression }} as {{ name }}
    {%- endfor %}
{%- endmacro %}

{# A row of zeros for every member and period of activity; member_periods is a CTE of the model. #}
{% macro idle_members(key_list, dimensions, zeros, nulls=[]) -%}
    select
        {{ key_list }},
        dimension,
        dimension_id
        {%- for name in zeros %},
        0 as {{ name }}
        {%- endfor %}
        {%- for name in nulls %},
        null as {{ name }}
        {%- endfor %}

    from member_periods

    where dimension in (
        'total', 'team', '{{ dimensions | join("', '") | replace('credited_rep', 'rep') }}'
    )
{%- endmacro %}

{# Days are kept for the total, weeks for sellers and teams as well: thinner slices of them say nothing. #}
{% macro is_kept_at_grain(period_grain, dimension) -%}
    (
        {{ dimension }} = 'total'
        or {{ period_grain }} not in ('day', 'week')
        or ({{ period_grain }} = 'week' and {{ dimension }} in ('rep', 'team'))
    )
{%- endmacro %}
